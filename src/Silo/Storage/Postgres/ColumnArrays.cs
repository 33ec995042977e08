using Npgsql;
using NpgsqlTypes;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>Rows as one array per column: any number of them is one statement with one plan.</summary>
/// <param name="names">The columns, as they are called in <see cref="From"/>.</param>
/// <param name="types">Of each column: <c>n</c> bigint, <c>d</c> double precision, <c>t</c> text, <c>b</c> bytea.</param>
internal sealed class ColumnArrays(string names, string types)
{
    public string Names => names;

    /// <summary>The arrays as a table <c>given</c>, its columns named as ours; parameters $1 up to the number of columns.</summary>
    public string From { get; } =
        $"unnest({string.Join(", ", types.Select((type, i) => $"${i + 1}::{Sql(type)}[]"))}) AS given({names})";

    public int Count => types.Length;

    public void AddTo(NpgsqlParameterCollection parameters, List<object?[]> rows)
    {
        for (int column = 0; column < types.Length; column++)
        {
            int at = column;
            parameters.Add(types[at] switch
            {
                'n' => Of(NpgsqlDbType.Bigint, rows.ConvertAll(row => (long)row[at]!).ToArray()),
                'd' => Of(NpgsqlDbType.Double, rows.ConvertAll(row => (double?)row[at]).ToArray()),
                't' => Of(NpgsqlDbType.Text, rows.ConvertAll(row => (string?)row[at]).ToArray()),
                _ => Of(NpgsqlDbType.Bytea, rows.ConvertAll(row => (byte[]?)row[at]).ToArray()),
            });
        }
    }

    public static NpgsqlParameter Numbers(IEnumerable<long> numbers) => Of(NpgsqlDbType.Bigint, numbers.ToArray());

    public static NpgsqlParameter Texts(IEnumerable<string> texts) => Of(NpgsqlDbType.Text, texts.ToArray());

    private static NpgsqlParameter Of(NpgsqlDbType type, Array values) =>
        new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    private static string Sql(char type) => type switch
    {
        'n' => "bigint",
        'd' => "double precision",
        't' => "text",
        _ => "bytea",
    };
}
