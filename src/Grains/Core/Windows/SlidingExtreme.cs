namespace Millwright.Core.Windows;

/// <summary>
/// The largest value of a window that slides; the smallest is that of the negated values. A value that is not above a later one will never
/// be the answer again and goes at once, so what is kept descends and the first is the answer: each value comes once and goes once.
/// Source: Lemire, Streaming maximum-minimum filter, Nordic Journal of Computing 13, 2006. The trap: a signal that descends keeps them all.
/// </summary>
internal struct SlidingExtreme
{
    private const int FirstCapacity = 8;
    private Item[]? items;
    private int head;
    private int count;

    public readonly double Value => items![head].Value;

    /// <summary>Bytes held.</summary>
    public readonly int Size => items is null ? 0 : 24 + (16 * items.Length);

    public void Add(long number, double value)
    {
        items ??= new Item[FirstCapacity];
        int mask = items.Length - 1;
        while (count > 0 && items[(head + count - 1) & mask].Value <= value)
        {
            count--;
        }

        if (count == items.Length)
        {
            Grow();
            mask = items.Length - 1;
        }

        items[(head + count) & mask] = new Item(number, value);
        count++;
    }

    /// <summary>The sample of this number has left the window.</summary>
    public void Remove(long number)
    {
        if (count > 0 && items![head].Number == number)
        {
            head = (head + 1) & (items.Length - 1);
            count--;
        }
    }

    private void Grow()
    {
        var larger = new Item[items!.Length * 2];
        for (int i = 0; i < count; i++)
        {
            larger[i] = items[(head + i) & (items.Length - 1)];
        }

        (items, head) = (larger, 0);
    }

    private readonly record struct Item(long Number, double Value);
}
