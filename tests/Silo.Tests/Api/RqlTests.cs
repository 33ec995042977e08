using System.Text.Json;
using Millwright.Silo.Api.Rql;

namespace Millwright.Silo.Tests.Api;

public sealed class RqlTests
{
    private static readonly JsonElement Thing = JsonSerializer.Deserialize<JsonElement>(
        """
        {"thingId":"acme:p1","attributes":{"line":"L1","criticality":4,"modelled":true,"none":null,"empty":"","tags":["a","b"]},
         "features":{"vib":{"properties":{"value":4.5,"quality":"good"}},"motor/temp":{"properties":{"value":80,"quality":"stale"}}},"_revision":7}
        """);

    [Theory]
    [InlineData("eq(attributes/line,\"L1\")", true)]
    [InlineData("eq(/attributes/line,'L1')", true)]
    [InlineData("eq(attributes/line,\"l1\")", false)]
    [InlineData("eq(attributes/criticality,\"4\")", false)]
    [InlineData("ne(attributes/line,\"L2\")", true)]
    [InlineData("ne(attributes/absent,1)", true)]
    [InlineData("gt(features/vib/properties/value,4.4999)", true)]
    [InlineData("gt(features/vib/properties/value,4.5)", false)]
    [InlineData("ge(features/vib/properties/value,4.5)", true)]
    [InlineData("lt(features/vib/properties/value,-1e3)", false)]
    [InlineData("le(features/vib/properties/value,45e-1)", true)]
    [InlineData("gt(attributes/line,\"L0\")", true)]
    [InlineData("gt(attributes/line,1)", false)]
    [InlineData("lt(attributes/absent,1)", false)]
    [InlineData("in(attributes/line,\"L2\",\"L1\")", true)]
    [InlineData("in(attributes/criticality,1,2)", false)]
    [InlineData("like(thingId,\"acme:*\")", true)]
    [InlineData("like(thingId,\"acme:p?\")", true)]
    [InlineData("like(thingId,\"ACME:*\")", false)]
    [InlineData("ilike(thingId,\"ACME:*\")", true)]
    [InlineData("exists(features/vib)", true)]
    [InlineData("exists(features/gone)", false)]
    [InlineData("exists(attributes/none)", true)]
    [InlineData("eq(attributes/none,null)", true)]
    [InlineData("eq(attributes/absent,null)", true)]
    [InlineData("eq(attributes/line,null)", false)]
    [InlineData("ne(attributes/line,null)", true)]
    [InlineData("empty(attributes/empty)", true)]
    [InlineData("empty(attributes/absent)", true)]
    [InlineData("empty(attributes/line)", false)]
    [InlineData("eq(attributes/modelled,true)", true)]
    [InlineData("eq(attributes/tags,\"b\")", true)]
    [InlineData("eq(features/motor~1temp/properties/value,80)", true)]
    [InlineData("eq(features/*/properties/quality,\"stale\")", true)]
    [InlineData("eq(features/*/properties/quality,\"bad\")", false)]
    [InlineData("and(eq(attributes/line,\"L1\"),gt(_revision,6))", true)]
    [InlineData("and(eq(attributes/line,\"L1\"),gt(_revision,7))", false)]
    [InlineData("or(eq(attributes/line,\"L9\"),gt(_revision,6))", true)]
    [InlineData("not(or(eq(attributes/line,\"L9\"),gt(_revision,6)))", false)]
    [InlineData(" and( eq( attributes/line , \"L1\" ) , not( empty( attributes/line ) ) ) ", true)]
    [InlineData("eq(attributes/line,\"a\\\"b,)\")", false)]
    public void Filter_Judges_AsDittoDoes(string filter, bool expected)
    {
        Assert.True(RqlParser.TryParse(filter, out RqlNode? node, out RqlFault? fault), fault?.ToString());
        Assert.Equal(expected, RqlEvaluator.Matches(node, Thing));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("eq", 2)]
    [InlineData("eq(", 3)]
    [InlineData("eq(a", 4)]
    [InlineData("eq(a,", 5)]
    [InlineData("eq(a,b)", 5)]
    [InlineData("eq(a,1", 6)]
    [InlineData("eq(a,1))", 7)]
    [InlineData("eq(a,\"x)", 5)]
    [InlineData("eq(a,\"x\\", 5)]
    [InlineData("eq(,1)", 3)]
    [InlineData("eq(a//b,1)", 3)]
    [InlineData("eq(a,NaN)", 5)]
    [InlineData("eq(a,1e999)", 5)]
    [InlineData("near(a,1)", 0)]
    [InlineData("and()", 4)]
    [InlineData("and(eq(a,1),)", 12)]
    [InlineData("not(eq(a,1),eq(b,1))", 11)]
    [InlineData("like(a,1)", 7)]
    [InlineData("in(a)", 4)]
    [InlineData("exists()", 7)]
    [InlineData("eq(a,1) or eq(b,1)", 8)]
    [InlineData("ün(a)", 0)]
    public void Fault_NamesItsPosition(string filter, int position)
    {
        Assert.False(RqlParser.TryParse(filter, out _, out RqlFault? fault));
        Assert.Equal(position, fault!.Position);
    }

    [Fact]
    public void HostileFilter_IsRefused_ByDepthLengthAndTerms()
    {
        string deep = string.Concat(Enumerable.Repeat("not(", 17)) + "exists(a)" + new string(')', 17);
        string deepest = string.Concat(Enumerable.Repeat("not(", 15)) + "exists(a)" + new string(')', 15);
        string wide = "or(" + string.Join(',', Enumerable.Repeat("exists(a)", 200)) + ")";

        Assert.False(RqlParser.TryParse(deep, out _, out _));
        Assert.True(RqlParser.TryParse(deepest, out _, out _));
        Assert.False(RqlParser.TryParse(wide, out _, out _));
        Assert.False(RqlParser.TryParse(new string('(', RqlParser.MaxLength + 1), out _, out _));
    }

    [Theory]
    [InlineData("*a*b*c*", "xxaxxbxxc", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("**", "", true)]
    [InlineData("*ab", "aab", true)]
    [InlineData("a*b", "acbc", false)]
    public void Wildcard_Matches(string pattern, string text, bool expected) => Assert.Equal(expected, Wildcard.Matches(pattern, text));

    [Fact]
    public void Wildcard_StaysPolynomial_WhenThePatternIsHostile()
    {
        string pattern = string.Concat(Enumerable.Repeat("a*", 1000)) + "b";

        Assert.False(Wildcard.Matches(pattern, new string('a', 10_000)));
    }

    [Theory]
    [InlineData("a(b", 3)]
    [InlineData("a)", 1)]
    [InlineData(",a", 0)]
    [InlineData("a,", 2)]
    [InlineData("a//b", 2)]
    [InlineData("a()", 2)]
    public void FieldSelection_NamesThePositionOfItsFault(string fields, int position)
    {
        Assert.False(FieldSelection.TryParse(fields, out _, out RqlFault? fault));
        Assert.Equal(position, fault!.Position);
    }
}
