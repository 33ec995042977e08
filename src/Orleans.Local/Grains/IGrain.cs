using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Something that can be called from elsewhere: a grain or a reference to one.</summary>
    public interface IAddressable;
}

namespace Orleans
{
    /// <summary>The root of grain contracts.</summary>
    public interface IGrain : IAddressable;

    /// <summary>A grain named by a string.</summary>
    public interface IGrainWithStringKey : IGrain;
}
