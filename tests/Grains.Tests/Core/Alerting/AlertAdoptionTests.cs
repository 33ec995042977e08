using System.Buffers;
using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Detection;
using Millwright.Core.State;
using Millwright.Core.Twins;

namespace Millwright.Core.Alerting;

/// <summary>A book back at an older state, and people who were told more than it knows.</summary>
public sealed class AlertAdoptionTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DetectorIdentity Hot = new("hot", "threshold", "1");

    [Fact]
    public void NothingIsTold_WhenTheReplayFindsTheSame()
    {
        AlertBook lost = Book();
        AlertEvent[] told = [.. Find(lost, Begin(10)), .. Find(lost, End(20)), .. Find(lost, Begin(30))];
        AlertBook book = Book();
        book.Adopt(told);
        Assert.Equal([told[2]], book.ActiveAlerts.AsEnumerable());

        Assert.Empty(Find(book, Begin(10), End(20), Begin(30)));
        Assert.Empty(Reconcile(book));

        Assert.Equal([told[2]], book.ActiveAlerts.AsEnumerable());
        AlertEvent end = Assert.Single(Find(book, End(40)));
        Assert.Equal((AlertKind.Cleared, told[2].AlertId, 4), (end.Kind, end.AlertId, end.Sequence));
    }

    [Fact]
    public void Alert_IsRetracted_WhenTheReplayDoesNotFindIt()
    {
        AlertEvent raised = Find(Book(), Begin(10)).Single();
        AlertBook book = Book();
        book.Adopt([raised]);
        AlertEvent other = Find(book, Begin(9)).Single();

        AlertEvent retracted = Reconcile(book).Single();

        Assert.Equal((AlertKind.Retracted, raised.AlertId, raised.IncidentId), (retracted.Kind, retracted.AlertId, retracted.IncidentId));
        Assert.Equal((2, 3), (other.Sequence, retracted.Sequence));
        Assert.Equal([other], book.ActiveAlerts.AsEnumerable());
        Assert.Empty(Reconcile(book));
    }

    [Fact]
    public void RetractedAlert_IsAmended_WhenItIsFoundAfterAll()
    {
        AlertEvent raised = Find(Book(), Begin(10)).Single();
        AlertBook book = Book();
        book.Adopt([raised]);
        Reconcile(book);

        // Its id has come out as raised: that word would be dropped as a repetition.
        AlertEvent again = Find(book, Begin(10)).Single();
        Assert.Equal((AlertKind.Amended, raised.AlertId), (again.Kind, again.AlertId));
        Assert.NotEqual(raised.Id, again.Id);
    }

    [Fact]
    public void Alert_IsAmendedOnce_WhenTheReplayFindsItOtherwise()
    {
        AlertBook lost = Book();
        AlertEvent[] told = [.. Find(lost, Begin(10)), .. Find(lost, End(20))];
        AlertBook book = Book();
        book.Adopt(told);
        Assert.Empty(Find(book, Begin(10) with { Score = 3 }, End(20)));

        ImmutableArray<AlertEvent> next = Reconcile(book);

        Assert.Equal([AlertKind.Amended, AlertKind.Cleared], next.Select(a => a.Kind));
        Assert.Equal((3, 3.0), (next[0].Sequence, next[0].Explanation.Score));
        Assert.Empty(book.ActiveAlerts);
        Assert.Equal(4, next.Concat(told).Select(a => a.Id).Distinct().Count());
    }

    [Fact]
    public void End_IsTakenBack_WhenTheReplayDoesNotFindIt()
    {
        AlertBook book = Book();
        AlertEvent raised = Find(book, Begin(10)).Single();
        byte[] state = Bytes(book);
        AlertEvent cleared = Find(book, End(20)).Single();
        book = Restored(state);
        book.Adopt([raised, cleared]);
        Assert.Empty(book.ActiveAlerts);

        Assert.Equal([AlertKind.Amended], Reconcile(book).Select(a => a.Kind));
        Assert.Equal(raised.AlertId, book.ActiveAlerts.Single().AlertId);
    }

    [Fact]
    public void EndOfBefore_IsToldAgain_WhenTheLostStateHadReopenedTheAlert()
    {
        AlertBook book = Book();
        Find(book, Begin(10));
        AlertEvent end = Find(book, End(20)).Single();
        byte[] state = Bytes(book);
        var output = new TwinOutput { RewoundTo = Start.AddSeconds(15) };
        AlertEvent reopened = book.Record(output, DateTimeOffset.MinValue, Start.AddSeconds(25)).Single();
        Assert.Equal(AlertKind.Amended, reopened.Kind);
        book = Restored(state);
        book.Adopt([reopened]);

        AlertEvent again = Reconcile(book).Single();

        Assert.Equal((AlertKind.Cleared, end.EventTime, reopened.Sequence + 1), (again.Kind, again.EventTime, again.Sequence));
        Assert.NotEqual(end.Id, again.Id);
    }

    [Fact]
    public void RetractionOfTheLostState_Stands_AndItsClaimIsNotToldAgain()
    {
        AlertBook book = Book();
        byte[] state = Bytes(book);
        AlertEvent raised = Find(book, Begin(10)).Single();
        var output = new TwinOutput { RewoundTo = Start };
        AlertEvent retracted = book.Record(output, DateTimeOffset.MinValue, Start.AddSeconds(11)).Single();
        book = Restored(state);
        book.Adopt([raised, retracted]);

        // The replay goes the same way.
        Assert.Empty(Find(book, Begin(10)));
        Assert.Empty(book.ActiveAlerts);
        Assert.Empty(book.Record(output, DateTimeOffset.MinValue, Start.AddSeconds(12)));
        Assert.Empty(Reconcile(book));
        Assert.Empty(book.ActiveAlerts);
    }

    [Fact]
    public void Adoption_OutlivesACrash_AndASecondFallBack()
    {
        AlertBook lost = Book();
        AlertEvent first = Find(lost, Begin(10)).Single();
        AlertEvent second = Find(lost, End(20)).Single();
        AlertEvent third = Find(lost, Begin(30)).Single();
        AlertBook book = Book();
        book.Adopt([first]);
        book = Restored(Bytes(book));
        Assert.True(book.IsReconciling);
        Assert.Equal(first.Id, book.ActiveAlerts.Single().Id);

        book.Adopt([third, first, second]);
        book = Restored(Bytes(book));
        Assert.Equal(3, book.Sequence);
        Assert.Empty(Find(book, Begin(10), End(20)));

        AlertEvent retracted = Reconcile(book).Single();
        Assert.Equal((AlertKind.Retracted, third.AlertId, 4), (retracted.Kind, retracted.AlertId, retracted.Sequence));
        Assert.Equal(Bytes(book), Bytes(Restored(Bytes(book))));
    }

    [Fact]
    public void Alert_WaitsUntilTheReplayHasPassedIt()
    {
        AlertBook lost = Book();
        AlertEvent[] told = [.. Find(lost, Begin(10)), .. Find(lost, End(20)), .. Find(lost, Begin(30))];
        AlertBook book = Book();
        book.Adopt(told);

        Assert.False(book.HasPassed((_, toldAt) => toldAt < told[1].RecordedTime));
        Func<AlertEvent, DateTimeOffset, bool> half = (_, toldAt) => toldAt <= told[1].RecordedTime;
        Assert.True(book.HasPassed(half));
        Assert.Empty(book.Unconfirmed(half));

        Assert.Equal([told[0].AlertId], book.Reconcile(half, Start.AddHours(1)).Select(a => a.AlertId));
        Assert.True(book.IsReconciling);
        Assert.Equal([told[2]], book.Unconfirmed((_, _) => true).AsEnumerable());
        Assert.Equal([told[2].AlertId], Reconcile(book).Select(a => a.AlertId));
        Assert.False(book.IsReconciling);
    }

    [Fact]
    public void Adoption_IsBounded()
    {
        AlertEvent one = Find(Book(), Begin(10)).Single();
        AlertBook book = Book();

        book.Adopt(Enumerable.Range(1, AlertBook.MaxAdopted + 5)
            .Select(i => one with { Id = $"id{i}", AlertId = $"id{i}", Sequence = i }));

        Assert.Equal(AlertBook.MaxAdopted, book.ActiveAlerts.Length);
        Assert.Equal(AlertBook.MaxAdopted + 5, book.Sequence);
    }

    private static ImmutableArray<AlertEvent> Reconcile(AlertBook book) => book.Reconcile((_, _) => true, Start.AddHours(1));

    private static ImmutableArray<AlertEvent> Find(AlertBook book, params Anomaly[] found)
    {
        var output = new TwinOutput();
        output.Anomalies.AddRange(found);
        return book.Record(output, DateTimeOffset.MinValue, found[^1].FoundAt.AddSeconds(1));
    }

    private static Anomaly Begin(int second) => Finding(second, true);

    private static Anomaly End(int second) => Finding(second, false);

    private static Anomaly Finding(int second, bool isRaised) => new()
    {
        Detector = Hot,
        Metric = 0,
        IsRaised = isRaised,
        EventTime = Start.AddSeconds(second),
        FoundAt = Start.AddSeconds(second),
        Score = isRaised ? 2 : 0,
        Threshold = 1,
        WindowStart = Start.AddSeconds(second),
        WindowEnd = Start.AddSeconds(second),
        Completeness = 1,
        Contributions = [new MetricContribution(0, 90, 80, 1)],
    };

    private static AlertBook Book() => new(
        "acme:oven", [new MetricLabel("temperature", "°C")], ImmutableDictionary<string, AlertPolicy>.Empty, AlertBook.DefaultIncidentGap);

    private static AlertBook Restored(byte[] state)
    {
        AlertBook book = Book();
        var reader = new StateReader(state);
        book.Restore(reader);
        Assert.True(reader.IsAtEnd);
        return book;
    }

    private static byte[] Bytes(AlertBook book)
    {
        var buffer = new ArrayBufferWriter<byte>();
        book.Save(new StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }
}
