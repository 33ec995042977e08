namespace Orleans;

/// <summary>The grain with a stream's key is subscribed to every stream of the namespace; an item activates it.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public class ImplicitStreamSubscriptionAttribute : Attribute
{
    public ImplicitStreamSubscriptionAttribute(string streamNamespace)
    {
        ArgumentNullException.ThrowIfNull(streamNamespace);
        Namespace = streamNamespace.Trim();
    }

    internal string Namespace { get; }
}
