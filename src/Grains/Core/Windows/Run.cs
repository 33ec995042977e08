using System.Runtime.CompilerServices;

namespace Millwright.Core.Windows;

/// <summary>
/// Items in ascending order of a key that the owner knows: cheap at both ends, an insertion in the middle moves what is before or behind
/// it. A ring without the wrap-around: the space of removed heads is reclaimed when the array is full. Grows on demand, so a quiet twin
/// stays small.
/// </summary>
internal struct Run<T>
{
    private const int FirstCapacity = 4;
    private T[]? items;
    private int head;

    public int Count { get; private set; }

    public readonly ref T this[int index] => ref items![head + index];

    public readonly ref T Last => ref items![head + Count - 1];

    public readonly ReadOnlySpan<T> Span => items is null ? [] : items.AsSpan(head, Count);

    public void Add(T item)
    {
        MakeRoom();
        items![head + Count] = item;
        Count++;
    }

    public void Insert(int index, T item)
    {
        if (head > 0 && index < Count / 2)
        {
            // Room that was left by removed heads: the shorter side moves.
            Array.Copy(items!, head, items!, head - 1, index);
            head--;
            items![head + index] = item;
            Count++;
            return;
        }

        MakeRoom();
        int at = head + index;
        Array.Copy(items!, at, items!, at + 1, Count - index);
        items![at] = item;
        Count++;
    }

    public void RemoveFirst()
    {
        items![head] = default!;
        head++;
        Count--;
        if (Count == 0)
        {
            head = 0;
        }
    }

    public void RemoveAt(int index)
    {
        int at = head + index;
        Array.Copy(items!, at + 1, items!, at, Count - index - 1);
        Count--;
        items![head + Count] = default!;
    }

    /// <summary>Empties it and keeps its array, for what will fill again at once.</summary>
    public void Reset()
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>() && items is not null)
        {
            Array.Clear(items);
        }

        head = 0;
        Count = 0;
    }

    public void Clear()
    {
        items = null;
        head = 0;
        Count = 0;
    }

    private void MakeRoom()
    {
        if (items is null)
        {
            items = new T[FirstCapacity];
        }
        else if (head + Count == items.Length)
        {
            // Half of the array must be free before it is worth moving; otherwise a full ring would move at each step.
            T[] target = head >= items.Length / 2 ? items : new T[items.Length * 2];
            Array.Copy(items, head, target, 0, Count);
            if (ReferenceEquals(target, items))
            {
                Array.Clear(items, Count, items.Length - Count);
            }

            items = target;
            head = 0;
        }
    }
}
