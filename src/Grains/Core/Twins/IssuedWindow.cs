using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>
/// A window of the ordered stage that went out and that a rewind may still change: enough to know it again, to see a difference, and to
/// take it back.
/// </summary>
/// <param name="Print">Of its content; 0 for one that was taken back.</param>
/// <param name="FoundAt">The instant at which it closed.</param>
internal readonly record struct IssuedWindow(
    int Metric, WindowKind Kind, long Start, long End, long Size, int Revision, ulong Print, long FoundAt)
{
    /// <summary>What makes it the same window. A state's length is a result.</summary>
    public (int Metric, WindowKind Kind, long Start, long Size) Key => (Metric, Kind, Start, Kind == WindowKind.State ? 0 : Size);

    public static IssuedWindow Of(ClosedWindow window, int revision, long foundAt) => new(
        window.Metric, window.Kind, window.Start.UtcTicks, window.End.UtcTicks, window.Size.Ticks, revision, PrintOf(window), foundAt);

    public ClosedWindow Retraction() => new()
    {
        Metric = Metric,
        Kind = Kind,
        Start = Ticks.ToInstant(Start),
        End = Ticks.ToInstant(End),
        Revision = Revision,
        IsClosed = true,
        IsRetracted = true,
        Size = TimeSpan.FromTicks(Size),
        Aggregate = default,
        Completeness = 0,
    };

    public void Save(StateWriter writer)
    {
        writer.Int32(Metric);
        writer.Byte((byte)Kind);
        writer.Int64(Start);
        writer.Int64(End);
        writer.Int64(Size);
        writer.Int32(Revision);
        writer.Int64(unchecked((long)Print));
        writer.Int64(FoundAt);
    }

    public static IssuedWindow Restore(StateReader reader) => new(
        reader.Int32(), (WindowKind)reader.Byte(), reader.Int64(), reader.Int64(), reader.Int64(), reader.Int32(),
        unchecked((ulong)reader.Int64()), reader.Int64());

    /// <summary>FNV-1a over all that a result says. Of 2^64 prints two different ones of one window are never alike in practice.</summary>
    private static ulong PrintOf(ClosedWindow window)
    {
        ulong print = 14695981039346656037;
        Mix(ref print, window.End.UtcTicks);
        Mix(ref print, window.Aggregate);
        if (window.Detail is { } detail)
        {
            Mix(ref print, detail.State);
            Mix(ref print, detail.Figures.AsSpan());
            foreach (StateShare share in detail.States)
            {
                Mix(ref print, share.State);
                Mix(ref print, share.Time.Ticks);
                Mix(ref print, share.Aggregate);
                Mix(ref print, share.Figures.AsSpan());
            }
        }

        return Math.Max(print, 1);
    }

    private static void Mix(ref ulong print, in WindowAggregate aggregate)
    {
        Mix(ref print, aggregate.Count);
        foreach (double figure in (ReadOnlySpan<double>)[aggregate.Sum, aggregate.Variance, aggregate.Minimum, aggregate.Maximum,
            aggregate.First, aggregate.Last])
        {
            Mix(ref print, BitConverter.DoubleToInt64Bits(figure));
        }
    }

    private static void Mix(ref ulong print, ReadOnlySpan<NamedFigure> figures)
    {
        foreach (NamedFigure figure in figures)
        {
            Mix(ref print, figure.Name);
            Mix(ref print, BitConverter.DoubleToInt64Bits(figure.Value));
        }
    }

    private static void Mix(ref ulong print, string? text)
    {
        foreach (char letter in text ?? "")
        {
            print = unchecked((print ^ letter) * 1099511628211);
        }

        Mix(ref print, text?.Length ?? -1);
    }

    private static void Mix(ref ulong print, long number)
    {
        for (int i = 0; i < 64; i += 8)
        {
            print = unchecked((print ^ (byte)(number >> i)) * 1099511628211);
        }
    }
}
