namespace Millwright.Simulation.Tests.World;

/// <summary>What happened, in order: all of it in a hash, the newest of it in words.</summary>
internal sealed class Trace
{
    private const int Kept = 400;

    private readonly Queue<string> lines = new();

    /// <summary>FNV-1a over every line.</summary>
    public ulong Hash { get; private set; } = 14_695_981_039_346_656_037;

    public long Events { get; private set; }

    public void Note(string line)
    {
        Events++;
        unchecked
        {
            foreach (char c in line)
            {
                Hash = (Hash ^ c) * 1_099_511_628_211;
            }

            Hash = (Hash ^ '\n') * 1_099_511_628_211;
        }

        lines.Enqueue(line);
        if (lines.Count > Kept)
        {
            lines.Dequeue();
        }
    }

    public override string ToString() => string.Join('\n', lines);
}
