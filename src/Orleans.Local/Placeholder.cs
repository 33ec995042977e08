// Replaced by the runtime itself.
#pragma warning disable CA1019, CA1040, CA1813, SA1402
namespace Orleans
{
    [AttributeUsage(AttributeTargets.All)] public sealed class GenerateSerializerAttribute : Attribute;
    [AttributeUsage(AttributeTargets.All)] public sealed class IdAttribute(uint id) : Attribute { public uint Id { get; } = id; }
    [AttributeUsage(AttributeTargets.All)] public sealed class AliasAttribute(string alias) : Attribute { public string Alias { get; } = alias; }
    [AttributeUsage(AttributeTargets.All)] public sealed class ImmutableAttribute : Attribute;
    public interface IGrainWithStringKey;
}
namespace Orleans.Concurrency
{
    [AttributeUsage(AttributeTargets.All)] public sealed class ReadOnlyAttribute : Attribute;
    [AttributeUsage(AttributeTargets.All)] public sealed class AlwaysInterleaveAttribute : Attribute;
}
