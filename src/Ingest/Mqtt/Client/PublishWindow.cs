namespace Millwright.Ingest.Mqtt.Client;

/// <summary>
/// The requests that wait for an answer, by packet id. Ids are reused in turn from a ring, so taking and giving back is constant
/// time and nothing is allocated per message. Not thread-safe: the client holds its lock.
/// </summary>
internal sealed class PublishWindow
{
    private Slot[] slots = [];
    private ushort[] free = [];
    private int head;

    public int Available { get; private set; }

    public int Size { get; private set; }

    public void Resize(int size)
    {
        Size = size;
        Available = size;
        head = 0;
        slots = new Slot[size + 1];
        free = new ushort[size];
        for (int i = 0; i < size; i++)
        {
            free[i] = (ushort)(i + 1);
        }
    }

    public ushort Take(RequestKind kind, long state, object? completion)
    {
        ushort id = free[head];
        head = (head + 1) % free.Length;
        Available--;
        slots[id] = new Slot(kind, state, completion);
        return id;
    }

    public bool TryFind(ushort id, out Slot slot)
    {
        slot = id > 0 && id < slots.Length ? slots[id] : default;
        return slot.Kind != RequestKind.None;
    }

    public void GiveBack(ushort id)
    {
        slots[id] = default;
        free[(head + Available) % free.Length] = id;
        Available++;
    }

    public List<Slot> TakeAll()
    {
        List<Slot> open = [.. slots.Where(s => s.Kind != RequestKind.None)];
        slots = [];
        Available = 0;
        return open;
    }

    internal readonly record struct Slot(RequestKind Kind, long State, object? Completion);
}
