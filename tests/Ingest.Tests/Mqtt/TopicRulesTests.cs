using System.Text;
using Millwright.Ingest.Mqtt.Routing;
using Millwright.Ingest.Mqtt.Sessions;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>Which filter matches which topic; the trie and the plain matcher must say the same.</summary>
public sealed class TopicRulesTests
{
    private static readonly string[] Filters =
    [
        "#", "+", "/", "/+", "/#", "+/+", "a", "a/#", "a/+", "a/+/c", "a/b/c", "+/b/#", "a//c", "a/+/#",
        "$SYS/#", "$SYS/+", "+/monitor", "ä/+",
    ];

    private static readonly string[] Topics =
    [
        "a", "a/", "/a", "/", "a/b", "a/b/c", "a/b/c/d", "a//c", "b", "$SYS/monitor", "$SYS", "ä/ö", "//",
    ];

    [Theory]
    [InlineData("sport/#", "sport", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "$SYS/a", false)]
    [InlineData("+/monitor/Clients", "$SYS/monitor/Clients", false)]
    [InlineData("$SYS/#", "$SYS/a", true)]
    public void Filter_MatchesAsInTheSpecification(string filter, string topic, bool matches)
        => Assert.Equal(matches, TopicRules.Matches(Utf8(filter), Utf8(topic)));

    [Theory]
    [InlineData("a", true)]
    [InlineData("a/+/b/#", true)]
    [InlineData("#", true)]
    [InlineData("/", true)]
    [InlineData("", false)]
    [InlineData("a#", false)]
    [InlineData("a/#/b", false)]
    [InlineData("a+/b", false)]
    [InlineData("a/+b", false)]
    [InlineData("##", false)]
    [InlineData("a\0b", false)]
    public void Filter_IsJudged(string filter, bool valid) => Assert.Equal(valid, TopicRules.IsFilter(Utf8(filter)));

    [Fact]
    public void Filter_IsRefused_WhenTooDeep()
    {
        Assert.True(TopicRules.IsFilter(Utf8(string.Join('/', Enumerable.Repeat("a", TopicRules.MaxLevels)))));
        Assert.False(TopicRules.IsFilter(Utf8(string.Join('/', Enumerable.Repeat("a", TopicRules.MaxLevels + 1)))));
    }

    [Fact]
    public void Trie_FindsExactlyWhatTheFiltersMatch()
    {
        var trie = new TopicTrie();
        Subscription[] all = [.. Filters.Select(f => Subscribe(f, f))];
        foreach (Subscription subscription in all)
        {
            Assert.True(trie.Set(subscription));
        }

        foreach (string topic in Topics)
        {
            string[] expected = [.. Filters.Where(f => TopicRules.Matches(Utf8(f), Utf8(topic))).Order(StringComparer.Ordinal)];
            string[] found = [.. trie.Match(Utf8(topic)).Direct.Select(d => d.Session.ClientId).Order(StringComparer.Ordinal)];
            Assert.Equal(expected, found);
        }

        Assert.All(all, s => Assert.True(trie.Remove(s)));
        Assert.All(all, s => Assert.False(trie.Remove(s)));
        Assert.Equal(0, trie.Count);
        Assert.All(Topics, t => Assert.True(trie.Match(Utf8(t)).IsEmpty));
    }

    [Fact]
    public void Cache_AnswersAnew_AfterEachChange()
    {
        var trie = new TopicTrie();
        var cache = new TopicCache(16, 7);
        InboundTopic topic = cache.Find("a/b"u8)!;
        Assert.True(topic.Routes(trie).IsEmpty);

        Subscription subscription = Subscribe("c", "a/+");
        trie.Set(subscription);
        Assert.Single(topic.Routes(trie).Direct);
        trie.Remove(subscription);

        Assert.True(topic.Routes(trie).IsEmpty);
    }

    [Fact]
    public void Cache_KeepsTagsAndStaysBounded()
    {
        var cache = new TopicCache(64, 7);
        for (int i = 0; i < 60; i++)
        {
            cache.Find(Utf8($"t/{i}"))!.Tag = i;
        }

        Assert.All(Enumerable.Range(0, 60), i => Assert.Equal(i, cache.Find(Utf8($"t/{i}"))!.Tag));
        for (int i = 0; i < 10_000; i++)
        {
            Assert.Equal($"x/{i}", Encoding.UTF8.GetString(cache.Find(Utf8($"x/{i}"))!.Utf8));
        }

        Assert.Null(cache.Find("a/+"u8));
    }

    private static Subscription Subscribe(string client, string filter) => new()
    {
        Session = new Session(client, new SessionLimits(1, 1), TimeProvider.System, new Millwright.Ingest.Mqtt.MqttInstruments(null)),
        Requested = Utf8(filter),
        Filter = Utf8(filter),
    };

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
