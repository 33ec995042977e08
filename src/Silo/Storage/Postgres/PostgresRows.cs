namespace Millwright.Silo.Storage.Postgres;

/// <summary>Rows in memory, page by page: while the caller looks at them the connection is free for other statements.</summary>
internal sealed class PostgresRows(List<object[]> first, Func<List<object[]>>? more, Action? end) : StoreRows
{
    private List<object[]> page = first;
    private int row = -1;

    public override bool Read()
    {
        if (++row < page.Count)
        {
            return true;
        }

        if (more is null || page.Count == 0)
        {
            return false;
        }

        page = more();
        row = 0;
        return page.Count > 0;
    }

    public override object GetValue(int column) => page[row][column];

    public override long GetInt64(int column) => (long)page[row][column];

    public override double GetDouble(int column) => (double)page[row][column];

    public override string GetString(int column) => (string)page[row][column];

    public override void Dispose() => end?.Invoke();
}
