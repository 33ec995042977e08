using System.Globalization;

namespace Millwright.Recordings.Rows;

/// <summary>One line of a table, cut into cells, which names itself in its complaints.</summary>
internal sealed class Row(string file, long line, string[] cells)
{
    public int Count => cells.Length;

    public string this[int index] => cells[index];

    public RowFault Fault(string reason) => new(file, line, reason);

    public bool TryNumber(int index, out double value, out string reason)
    {
        value = double.NaN;
        reason = "";
        if (index < cells.Length && double.TryParse(cells[index], NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value))
        {
            return true;
        }

        reason = index < cells.Length ? $"column {index + 1}: '{Clip(cells[index])}' is not a number" : $"column {index + 1} is missing";
        return false;
    }

    /// <summary>A time without a zone is UTC.</summary>
    public bool TryTime(int index, out DateTimeOffset value, out string reason)
    {
        value = default;
        reason = "";
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (index < cells.Length && DateTimeOffset.TryParse(cells[index], CultureInfo.InvariantCulture, styles, out value))
        {
            return true;
        }

        reason = index < cells.Length ? $"column {index + 1}: '{Clip(cells[index])}' is not a time" : $"column {index + 1} is missing";
        return false;
    }

    private static string Clip(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
