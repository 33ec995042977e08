using System.Collections.Immutable;
using System.Globalization;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Millwright.Silo.Storage;

/// <summary>
/// Grain state as JSON. The ETag is the ordinal of the change, drawn from one counter: a state that was cleared and written again never
/// gets an
/// ETag that an old activation may still hold.
/// </summary>
public sealed class SqlGrainStorage(StoreDatabase database) : IGrainStorage, IGrainStateQuery
{
    internal const string Owner = "state";

    /// <summary>All columns but the sum, in the order of the sum.</summary>
    internal const string Columns = "name, grain, key, ordinal, json";

    internal const int ColumnCount = 5;
    private const int MaxLimit = 1_000;

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string grain = grainId.ToString();
        (long Ordinal, byte[] Json)? stored = await database.ReadAsync<(long, byte[])?>(
            statements =>
            {
                using StoreRows rows = statements.Query(
                    $"SELECT {Columns}, crc FROM grain_state WHERE name = $1 AND grain = $2", stateName, grain);
                return rows.Read() ? (Whole(rows).GetInt64(3), (byte[])rows[4]) : null;
            },
            CancellationToken.None);
        grainState.RecordExists = stored is not null;
        grainState.ETag = stored?.Ordinal.ToString(CultureInfo.InvariantCulture);
        grainState.State =
            stored is { } found ? StateJson.Deserialize<T>(found.Json, $"State {stateName} of {grain}") : Activator.CreateInstance<T>();
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        byte[] json = StateJson.Serialize(grainState.State);
        var change = new StateChange(stateName, grainId, grainState.ETag);
        long ordinal = await database.WriteAsync(statements => change.Write(statements, json), CancellationToken.None);
        grainState.ETag = ordinal.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var change = new StateChange(stateName, grainId, grainState.ETag);
        await database.WriteAsync(change.Clear, CancellationToken.None);
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    public ValueTask<ImmutableArray<GrainStateEntry<TState>>> ListAsync<TState>(
        string stateName, long? before, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            statements =>
            {
                using StoreRows rows = statements.Query(
                    $"SELECT {Columns}, crc FROM grain_state WHERE name = $1 AND ordinal < $2 ORDER BY ordinal DESC LIMIT $3",
                    stateName,
                    before ?? long.MaxValue,
                    Math.Clamp(limit, 0, MaxLimit));
                ImmutableArray<GrainStateEntry<TState>>.Builder entries = ImmutableArray.CreateBuilder<GrainStateEntry<TState>>();
                while (rows.Read())
                {
                    string key = Whole(rows).GetString(2);
                    entries.Add(new(rows.GetInt64(3), key, StateJson.Deserialize<TState>((byte[])rows[4], $"State {stateName} of {key}")));
                }

                return entries.DrainToImmutable();
            },
            cancellationToken);

    internal static StoreDamage DamageOf(StoreRows row) =>
        new("store.damaged", "grain_state", $"State {row.GetValue(0)} of {row.GetValue(1)} is damaged.");

    private static StoreRows Whole(StoreRows row) =>
        RowSum.IsWhole(row, Owner, ColumnCount) ? row : throw new DamagedRowException(DamageOf(row));
}
