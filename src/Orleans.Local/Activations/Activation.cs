using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

/// <summary>
/// One living grain. Two questions are kept apart here: which thread may run its code now (the turn), and which calls may be under way
/// (admission). Turns.cs answers both; Lifecycle.cs brings the grain up and takes it down.
/// </summary>
internal sealed partial class Activation : IGrainContext
{
    [ThreadStatic]
    private static Activation? constructing;

    private AsyncServiceScope? scope;
    private GrainTimers? timers;
    private GrainStreams? streams;
    private GrainReference? reference;
    private List<IStateFacet>? facets;

    public Activation(LocalSilo silo, GrainClass grainClass, GrainId grainId)
    {
        Silo = silo;
        GrainClass = grainClass;
        GrainId = grainId;
        Turns = new TurnContext(this);
        admits = Admits;
    }

    /// <summary>
    /// The activation whose grain is being constructed on this thread; a grain's base constructor takes its context from here.
    /// </summary>
    public static Activation? Constructing => constructing;

    public static Activation? Current => (SynchronizationContext.Current as TurnContext)?.Activation;

    public LocalSilo Silo { get; }

    public GrainClass GrainClass { get; }

    public GrainId GrainId { get; }

    public TurnContext Turns { get; }

    public object? GrainInstance { get; private set; }

    public GrainReference GrainReference => reference ??= Silo.Bindings.For(GrainClass.PrimaryInterface, GrainClass).Create(GrainId.Key);

    public IServiceProvider ActivationServices => (scope ??= Silo.Services.CreateAsyncScope()).ServiceProvider;

    public GrainTimers Timers => timers ??= new GrainTimers(this);

    public GrainStreams Streams => streams ??= new GrainStreams(this);

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"[Activation {GrainId}]";

    /// <summary>Persistent state is read before the grain's own activation, as Orleans does.</summary>
    public void AddFacet(IStateFacet facet) => (facets ??= []).Add(facet);
}
