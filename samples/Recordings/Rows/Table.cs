namespace Millwright.Recordings.Rows;

/// <summary>A delimited file. Rows of the wrong width are reported and left out.</summary>
internal sealed class Table(string path, char separator, RowLog log)
{
    private readonly string name = Path.GetFileName(path);

    /// <summary>Rows below the header. <paramref name="width"/> is taken from the header when it is 0.</summary>
    public IEnumerable<Row> Rows(bool hasHeader = true, int width = 0)
    {
        foreach ((long number, string text) in TextLines.Of(path))
        {
            if (text.Length == 0)
            {
                continue;
            }

            string[] cells = text.Split(separator, separator == ' ' ? StringSplitOptions.RemoveEmptyEntries : StringSplitOptions.None);
            if (hasHeader && number == 1)
            {
                width = width == 0 ? cells.Length : width;
                continue;
            }

            var row = new Row(name, number, cells);
            if (cells.Length != width)
            {
                log.Add(row.Fault($"{cells.Length} columns instead of {width}"));
                continue;
            }

            yield return row;
        }
    }

    /// <summary>Cells of the first line.</summary>
    public string[] Header() => [.. TextLines.Of(path).First().Text.Split(separator)];
}
