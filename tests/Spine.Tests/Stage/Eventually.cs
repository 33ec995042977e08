namespace Millwright.Spine.Tests.Stage;

/// <summary>
/// The one place that polls. What is awaited here happens in another process, which tells nobody when a batch has reached its twin: its
/// HTTP answers are all there is to see. A bound is for failure only; what must be fast is measured.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks until there is something. <paramref name="seen"/> says, on failure, what was there instead.</summary>
    public static async Task<T> FindAsync<T>(
        Func<Task<T?>> look, TimeSpan bound, string what, Func<string>? seen = null)
        where T : class
    {
        TimeProvider time = TimeProvider.System;
        long begin = time.GetTimestamp();
        while (true)
        {
            if (await look() is { } found)
            {
                return found;
            }

            Assert.True(time.GetElapsedTime(begin) < bound, $"Not within {bound.TotalSeconds:F0} s: {what}. {seen?.Invoke()}");
            await Task.Delay(Pause, time, CancellationToken.None);
        }
    }

    public static Task HoldsAsync(Func<Task<bool>> condition, TimeSpan bound, string what, Func<string>? seen = null) =>
        FindAsync<object>(async () => await condition() ? what : null, bound, what, seen);
}
