using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Millwright.Telemetry;
using Orleans;

namespace Millwright.Architecture.Tests;

/// <summary>The local runtime passes messages without copying, so they must be immutable; the cluster sends them, so they carry ids and aliases.</summary>
public class MessageTests
{
    private static readonly Type[] Generic = [typeof(ImmutableArray<>), typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>), typeof(Nullable<>)];

    [Fact]
    public void Messages_AreThere() => Assert.True(Messages().Count() >= 20);

    [Fact]
    public void Messages_AreImmutableWithIdsAndAlias()
    {
        List<string> faults = [];
        foreach (Type type in Messages())
        {
            Require(type.IsSealed || type.IsValueType, $"{type.Name} is not sealed");
            Require(type.GetCustomAttribute<ImmutableAttribute>() is not null, $"{type.Name} is not [Immutable]");
            Require(type.GetCustomAttribute<AliasAttribute>() is not null, $"{type.Name} has no alias");
            PropertyInfo[] stored = [.. type.GetProperties().Where(p => p.SetMethod is not null)];
            uint[] ids = [.. stored.Select(p => p.GetCustomAttribute<IdAttribute>()?.Id ?? uint.MaxValue)];
            Require(!ids.Contains(uint.MaxValue), $"{type.Name} has a property without [Id]");
            Require(ids.Distinct().Count() == ids.Length, $"{type.Name} uses an id twice");
            foreach (PropertyInfo property in stored)
            {
                Require(IsInitOnly(property), $"{type.Name}.{property.Name} can be set after construction");
                Require(IsImmutable(property.PropertyType), $"{type.Name}.{property.Name} is a mutable {property.PropertyType.Name}");
            }
        }

        Assert.Empty(faults);

        void Require(bool condition, string fault)
        {
            if (!condition)
            {
                faults.Add(fault);
            }
        }
    }

    [Fact]
    public void Aliases_AreUnique() => Assert.Empty(Messages().Concat(Contracts()).Select(t => t.GetCustomAttribute<AliasAttribute>()?.Alias)
        .GroupBy(a => a).Where(g => g.Key is null || g.Count() > 1).Select(g => g.Key));

    [Fact]
    public void Contracts_HaveAliasesOnInterfaceAndMethods() => Assert.Empty(
        from contract in Contracts()
        from method in contract.GetMethods()
        where contract.GetCustomAttribute<AliasAttribute>() is null || method.GetCustomAttribute<AliasAttribute>() is null || !method.Name.EndsWith("Async", StringComparison.Ordinal)
        select $"{contract.Name}.{method.Name}");

    private static IEnumerable<Type> Messages() =>
        typeof(TelemetryBatch).Assembly.GetTypes().Where(t => t.GetCustomAttribute<GenerateSerializerAttribute>() is not null);

    private static IEnumerable<Type> Contracts() =>
        typeof(TelemetryBatch).Assembly.GetTypes().Where(t => t.IsInterface && t.GetInterfaces().Contains(typeof(IGrainWithStringKey)));

    private static bool IsInitOnly(PropertyInfo property) =>
        property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static bool IsImmutable(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(DateTimeOffset) || type == typeof(TimeSpan)
        || (type.IsGenericType && Generic.Contains(type.GetGenericTypeDefinition()) && type.GenericTypeArguments.All(IsImmutable))
        || Messages().Contains(type);
}
