using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Millwright.Silo.Api.Rql;
using Millwright.Silo.Api.Things;
using Millwright.Silo.Fleet;

namespace Millwright.Silo.Api.Events;

/// <summary>
/// Changes of things as partial thing JSON: the features that changed since this subscriber last looked. However often a feature changed
/// in between, it is told once, with its newest value. The event id is <c>epoch-ordinal</c>; after a restart of the silo that epoch is
/// gone, and the subscriber is told of a gap.
/// </summary>
internal sealed class ThingEvents(FleetIndex index, ThingFilter filter, FieldSelection? fields, JsonPath? node) : IEventSource
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true };

    private readonly ArrayBufferWriter<byte> buffer = new(1024);
    private string? lastNode;
    private long position;

    public ChangeSignal Changed => index.Changed;

    public ValueTask<IReadOnlyList<ServerEvent>> OpenAsync(string? lastEventId, CancellationToken cancellationToken)
    {
        position = index.Ordinal;
        if (string.IsNullOrEmpty(lastEventId))
        {
            return new([ServerEvent.Ready(Id(position))]);
        }

        if (TryParse(lastEventId, out long epoch, out long ordinal) && epoch == index.Epoch && ordinal <= position)
        {
            position = ordinal;
            return new([]);
        }

        return new([ServerEvent.Gap(Id(position), "The last event id is not one of this run of the silo.")]);
    }

    public async IAsyncEnumerable<ServerEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (FleetChange change in index.ChangesSince(position))
        {
            cancellationToken.ThrowIfCancellationRequested();
            position = change.Ordinal;
            if (index.TryGet(change.ThingId, out ThingDocument? document) && filter.Matches(document) && Render(document, change))
            {
                yield return new ServerEvent(Id(change.Ordinal), null, buffer.WrittenMemory);
            }
        }
    }

    private bool Render(ThingDocument document, FleetChange change)
    {
        buffer.ResetWrittenCount();
        if (node is not null)
        {
            return RenderNode(document);
        }

        if (fields is null)
        {
            WritePartial(buffer, document, change);
            return true;
        }

        var partial = new ArrayBufferWriter<byte>(1024);
        WritePartial(partial, document, change);
        using JsonDocument parsed = JsonDocument.Parse(partial.WrittenMemory);
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            fields.Write(writer, parsed.RootElement);
        }

        // Nothing of what was asked for is in this change.
        return buffer.WrittenCount > "{}".Length;
    }

    private bool RenderNode(ThingDocument document)
    {
        if (!node!.TryFind(document.Root, out JsonElement found) || found.GetRawText() == lastNode)
        {
            return false;
        }

        lastNode = found.GetRawText();
        using var writer = new Utf8JsonWriter(buffer, Writing);
        found.WriteTo(writer);
        return true;
    }

    private static void WritePartial(IBufferWriter<byte> output, ThingDocument document, FleetChange change)
    {
        using var writer = new Utf8JsonWriter(output, Writing);
        if (change.IsNew)
        {
            document.Root.WriteTo(writer);
            return;
        }

        ImmutableArray<string> changed = change.Features;
        writer.WriteStartObject();
        foreach (JsonProperty member in document.Root.EnumerateObject())
        {
            if (member.NameEquals("features"u8))
            {
                writer.WriteStartObject(member.Name);
                foreach (JsonProperty feature in member.Value.EnumerateObject()
                    .Where(f => changed.BinarySearch(f.Name, StringComparer.Ordinal) >= 0))
                {
                    feature.WriteTo(writer);
                }

                writer.WriteEndObject();
            }
            else if (member.Name is "thingId" or "_revision" or "_modified")
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private string Id(long ordinal) => string.Create(CultureInfo.InvariantCulture, $"{index.Epoch}-{ordinal}");

    private static bool TryParse(string text, out long epoch, out long ordinal)
    {
        ordinal = 0;
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        return long.TryParse(text.AsSpan(0, Math.Max(dash, 0)), NumberStyles.None, CultureInfo.InvariantCulture, out epoch)
            && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ordinal);
    }
}
