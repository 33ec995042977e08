namespace Millwright.Plant;

/// <summary>
/// Maps a topic and its JSON payload to an asset and its metrics. Templates may use the topic's captures: <c>acme.lyon:{asset}</c>.
/// Pointers are RFC 6901 into the payload, or into each element when the payload (or what <see cref="Items"/> points to) is an array.
/// </summary>
public sealed record TopicRule
{
    public required string Id { get; init; }

    /// <summary>
    /// Topic levels; <c>{name}</c> captures one level, <c>{name*}</c> at the end captures the rest, <c>+</c> and <c>#</c> match without
    /// capturing.
    /// </summary>
    public required string Topic { get; init; }

    /// <summary>Template of the asset id; may also use <c>{/pointer}</c> into the payload.</summary>
    public required string Asset { get; init; }

    /// <summary>Pointer to an array of messages; empty when the payload itself is one message or an array of them.</summary>
    public string Items { get; init; } = "";

    /// <summary>Pointer to the event time; empty: the ingest time is taken.</summary>
    public string Time { get; init; } = "";

    public TimeFormat TimeFormat { get; init; } = TimeFormat.Auto;

    /// <summary>Pointer to one value; used with <see cref="Metric"/>. Exactly one of Value, Values, Fields is set.</summary>
    public string Value { get; init; } = "";

    /// <summary>The message itself is the value: a bare number, boolean or string.</summary>
    public bool ValueIsRoot { get; init; }

    /// <summary>Template of the metric's name; may use captures and <c>{/pointer}</c>.</summary>
    public string Metric { get; init; } = "";

    /// <summary>Pointer to an object whose members are metrics; <c>""</c> with <see cref="ValuesIsRoot"/> for the message itself.</summary>
    public string Values { get; init; } = "";

    public bool ValuesIsRoot { get; init; }

    /// <summary>
    /// Metric name to pointer, for payloads of any other shape. An array of numbers gives its block metrics: name.max, name.mean,
    /// name.last.
    /// </summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    /// <summary>Members of the values object that are not metrics (time, ids).</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Renames metrics: payload's name to the model's.</summary>
    public IReadOnlyDictionary<string, string> Rename { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Pointer to the quality; empty: good. Understood: 0/192/500 and OPC UA status codes, true/false, GOOD/UNCERTAIN/BAD/STALE.
    /// </summary>
    public string Quality { get; init; } = "";

    /// <summary>Template of the unit's serial number; set makes each message a production step.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Template of the step's name; required with <see cref="Unit"/>.</summary>
    public string Step { get; init; } = "";

    /// <summary>
    /// Template of the source's name, the gateway that sends: captures, <c>{/pointer}</c>; empty, or where the payload has none: one source
    /// for each kind of listener.
    /// </summary>
    public string Source { get; init; } = "";

    /// <summary>Pointer to a boolean that marks a backfill; empty: never.</summary>
    public string Historical { get; init; } = "";
}
