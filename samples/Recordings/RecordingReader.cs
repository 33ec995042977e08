using Millwright.Recordings.Rows;
using Millwright.Recordings.Sets;

namespace Millwright.Recordings;

/// <summary>
/// The records of a recording in the order of event time, and of asset id at one instant: what the replayer publishes, and what a test
/// may expect to find in the twins afterwards, sample for sample.
/// </summary>
public sealed class RecordingReader
{
    private readonly RecordingSet set;
    private readonly string folder;
    private readonly RecordingOptions options;
    private RowLog log;

    private RecordingReader(RecordingSet set, string folder, RecordingOptions options)
    {
        this.set = set;
        this.folder = folder;
        this.options = options;
        log = new RowLog(options.Strict);
    }

    public RecordingSet Set => set;

    /// <summary>Malformed rows of the last reading; the first hundred.</summary>
    public IReadOnlyList<RowFault> Faults => log.Faults;

    /// <summary>How many rows the last reading left out.</summary>
    public long SkippedRows => log.Count;

    /// <summary>Throws <see cref="RecordingException"/> with code <c>absent</c> when the folder of the set is not there.</summary>
    public static RecordingReader Open(RecordingSet set, string dataDirectory, RecordingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        string folder = Path.Combine(dataDirectory, set.Folder);
        return Directory.Exists(folder)
            ? new RecordingReader(set, folder, options ?? new RecordingOptions())
            : throw new RecordingException("absent", $"Recording '{set.Name}' is not there: no folder {folder}.");
    }

    /// <summary>May be enumerated again; each time it reads the files anew. One enumeration at a time.</summary>
    public IEnumerable<RecordedRecord> Records()
    {
        log = new RowLog(options.Strict);
        var queue = new PriorityQueue<IEnumerator<RecordedRecord>, (DateTimeOffset, int)>();
        var opened = new List<IEnumerator<RecordedRecord>>();
        try
        {
            foreach (AssetRecording asset in set.Open(folder, options, log).OrderBy(a => a.AssetId, StringComparer.Ordinal))
            {
                opened.Add(asset.Records.GetEnumerator());
                Enqueue(queue, opened[^1], opened.Count);
            }

            while (queue.TryDequeue(out IEnumerator<RecordedRecord>? next, out (DateTimeOffset Time, int Asset) at))
            {
                yield return next.Current;
                Enqueue(queue, next, at.Asset);
            }
        }
        finally
        {
            opened.ForEach(e => e.Dispose());
        }
    }

    private static void Enqueue(PriorityQueue<IEnumerator<RecordedRecord>, (DateTimeOffset, int)> queue,
        IEnumerator<RecordedRecord> records, int asset)
    {
        if (records.MoveNext())
        {
            queue.Enqueue(records, (records.Current.EventTime, asset));
        }
    }
}
