using Millwright.Silo.Fleet;

namespace Millwright.Silo.Api.Events;

/// <summary>What one subscriber sees. Reads by position from something that is kept anyway, so nothing is queued on its behalf.</summary>
internal interface IEventSource
{
    ChangeSignal Changed { get; }

    /// <summary>
    /// Takes up the position after <paramref name="lastEventId"/>, or at the end of what is known; says so if something is lost in
    /// between.
    /// </summary>
    ValueTask<IReadOnlyList<ServerEvent>> OpenAsync(string? lastEventId, CancellationToken cancellationToken);

    /// <summary>What is new since the last call.</summary>
    IAsyncEnumerable<ServerEvent> ReadAsync(CancellationToken cancellationToken);
}

/// <param name="Name">Null for the default event; <c>ready</c> after opening, <c>gap</c> where events were lost.</param>
internal sealed record ServerEvent(string? Id, string? Name, ReadOnlyMemory<byte> Data)
{
    public static ServerEvent Ready(string id) => new(id, "ready", "{}"u8.ToArray());

    /// <summary>Tells the subscriber to read the list again: it has not seen everything.</summary>
    public static ServerEvent Gap(string id, string reason) =>
        new(id, "gap",
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { reason, advice = "Read the list again." }, ApiJson.Options));
}
