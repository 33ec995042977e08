using Millwright.Recordings.Rows;

namespace Millwright.Recordings.Sets;

/// <summary>Reads a fixed run of number columns into named values; one bad cell spoils the row, because a row is one instant.</summary>
internal sealed class ColumnReader(int first, IReadOnlyList<string> metrics)
{
    public bool TryRead(Row row, RowLog log, out RecordedValue[] values)
    {
        values = new RecordedValue[metrics.Count];
        for (int i = 0; i < metrics.Count; i++)
        {
            if (!row.TryNumber(first + i, out double number, out string reason))
            {
                log.Add(row.Fault(reason));
                return false;
            }

            values[i] = new RecordedValue(metrics[i], number);
        }

        return true;
    }
}
