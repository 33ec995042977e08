using Orleans.Runtime;

namespace Orleans;

/// <summary>Identity of, and references to, grains.</summary>
public static class GrainExtensions
{
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        GrainReference reference => reference.GrainId,
        IGrainBase { GrainContext: { } context } => context.GrainId,
        null => throw new ArgumentNullException(nameof(grain)),
        _ => throw NoGrain(grain),
    };

    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();

    /// <summary>A reference that may be passed to other grains, where <c>this</c> may not.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain)
    {
        GrainReference reference = grain switch
        {
            GrainReference already => already,
            IGrainBase { GrainContext: { } context } => context.GrainReference,
            null => throw new ArgumentNullException(nameof(grain)),
            _ => throw NoGrain(grain),
        };
        return reference is TGrainInterface same
            ? same
            : (TGrainInterface)(object)reference.Silo.Bindings.For(typeof(TGrainInterface), reference.GrainClass)
                .Create(reference.GrainId.Key);
    }

    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) => grain.AsReference<TGrainInterface>();

    private static ArgumentException NoGrain(IAddressable grain) =>
        new($"{grain.GetType().FullName} is neither an activated grain nor a reference to one.", nameof(grain));
}
