namespace Millwright.LoadGenerator;

/// <summary>
/// Steps the rate up until it is no longer sustained; a level that fails is tried once more, since one pause of a shared machine is no
/// limit.
/// </summary>
internal sealed class RateSearch(Func<double, Task<LoadResult>> measure)
{
    public async Task<(LoadResult? Best, IReadOnlyList<LoadResult> All)> RunAsync(double from, double to, double factor)
    {
        var all = new List<LoadResult>();
        LoadResult? best = null;
        for (double rate = from; rate <= to; rate *= factor)
        {
            LoadResult result = await measure(Math.Round(rate));
            all.Add(result);
            if (!result.IsSustained)
            {
                result = await measure(Math.Round(rate));
                all.Add(result);
            }

            if (!result.IsSustained)
            {
                break;
            }

            best = result;
        }

        return (best, all);
    }
}
