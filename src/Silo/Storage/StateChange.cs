using System.Globalization;
using Orleans.Runtime;
using Orleans.Storage;

namespace Millwright.Silo.Storage;

/// <summary>
/// One change of one grain's state, made when the stored ETag still is the expected one. It may run again after a commit whose answer was
/// lost: then it finds its own change.
/// </summary>
internal sealed class StateChange(string stateName, GrainId grainId, string? etag)
{
    private readonly string grain = grainId.ToString();
    private readonly HashSet<long> drawn = [];
    private bool hasCleared;

    /// <summary>Returns the ordinal of the change.</summary>
    public long Write(Statements statements, byte[] json)
    {
        if (Stored(statements) is { } stored && drawn.Contains(stored))
        {
            return stored;
        }

        long ordinal = statements.Next("grain_state");
        drawn.Add(ordinal);
        object?[] values = [stateName, grain, grainId.Key.ToString(), ordinal, json, null, null];
        values[5] = RowSum.Of(SqlGrainStorage.Owner, values.AsSpan(0, SqlGrainStorage.ColumnCount));
        values[6] = Expected();
        int changed = etag is null
            ? statements.Execute(
                $"""
                INSERT INTO grain_state ({SqlGrainStorage.Columns}, crc) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (name, grain) DO NOTHING
                """,
                values.AsSpan(0, 6))
            : statements.Execute(
                "UPDATE grain_state SET key = $3, ordinal = $4, json = $5, crc = $6 WHERE name = $1 AND grain = $2 AND ordinal = $7",
                values);
        return changed > 0 ? ordinal : throw Refusal(statements);
    }

    public bool Clear(Statements statements)
    {
        int deleted = statements.Execute(
            "DELETE FROM grain_state WHERE name = $1 AND grain = $2 AND ordinal = $3", stateName, grain, Expected());
        bool isGone = Stored(statements) is null;
        if (deleted == 0 && !(isGone && (etag is null || hasCleared)))
        {
            throw Refusal(statements);
        }

        hasCleared = true;
        return true;
    }

    /// <summary>-1, which no change has, for none and for what is no ETag of ours.</summary>
    private long Expected() => long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out long expected) ? expected : -1;

    private long? Stored(Statements statements) =>
        statements.Scalar("SELECT ordinal FROM grain_state WHERE name = $1 AND grain = $2", stateName, grain) as long?;

    private InconsistentStateException Refusal(Statements statements) => new(
        $"State {stateName} of {grainId} was changed since it was read.", Stored(statements)?.ToString(CultureInfo.InvariantCulture), etag);
}
