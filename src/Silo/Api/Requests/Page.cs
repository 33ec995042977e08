namespace Millwright.Silo.Api.Requests;

/// <summary>One page of a list; <see cref="Next"/> is null on the last.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>Cuts a list that was read one item longer than the page, and points behind its last item.</summary>
    public static Page<T> Cut<TSource>(IReadOnlyList<TSource> read, int size, Func<TSource, T> item, Func<TSource, string> cursor) => new(
        [.. read.Take(size).Select(item)],
        read.Count > size ? cursor(read[size - 1]) : null);
}
