using Millwright.Ingest.Mqtt.Sessions;

namespace Millwright.Ingest.Mqtt.Server;

/// <param name="Present">It was there before.</param>
/// <param name="Position">What must be durable before the client hears of it.</param>
internal sealed record AttachedSession(Session Session, bool Present, long Position);
