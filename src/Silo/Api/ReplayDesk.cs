using Microsoft.AspNetCore.Http.HttpResults;
using Millwright.Grains.Replay;
using Millwright.Silo.Api.Requests;

namespace Millwright.Silo.Api;

/// <summary>
/// Gives out the right to replay history, for a question or a backtest. A replay costs seconds of a core that samples need, so there is one
/// at a time, and whoever comes meanwhile is told to come again.
/// </summary>
internal sealed class ReplayDesk(TwinInquiry inquiry)
{
    private int isTaken;

    /// <summary>Null while another question is being answered.</summary>
    public Seat? TryTake() => Interlocked.Exchange(ref isTaken, 1) == 0 ? new Seat(this) : null;

    public static ProblemHttpResult Busy() => ApiProblem.Create(
        StatusCodes.Status503ServiceUnavailable, "replay.busy", "Another replay is under way.",
        "History is replayed for one question at a time. Try again in a moment.");

    public static ProblemHttpResult TooLong() => ApiProblem.Create(
        StatusCodes.Status409Conflict, "replay.toolong", "The history is too long.",
        $"Up to that moment there are more than {TwinInquiry.MaxSamples} samples. Ask for an earlier moment; what was told is at "
            + "/api/v1/alerts with `asOf`, and `millwright replay --verify` says of all of history whether it is told again.");

    internal sealed class Seat(ReplayDesk desk) : IDisposable
    {
        public TwinInquiry Inquiry => desk.Inquiry;

        public void Dispose() => Interlocked.Exchange(ref desk.isTaken, 0);
    }

    private TwinInquiry Inquiry => inquiry;
}
