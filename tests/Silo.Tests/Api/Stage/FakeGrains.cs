using System.Collections.Concurrent;
using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Maintenance;
using Millwright.Quality;
using Millwright.Telemetry;
using Millwright.Twins;
using Orleans;
using Orleans.Runtime;

namespace Millwright.Silo.Tests.Api.Stage;

/// <summary>A grain factory whose grains answer from dictionaries; streams are the real runtime's.</summary>
internal sealed class FakeGrains : IClusterClient
{
    public IServiceProvider ServiceProvider { get; set; } = null!;

    public ConcurrentDictionary<string, TwinState> Twins { get; } = [];

    public ConcurrentDictionary<string, ImmutableArray<HistoryPoint>> Tails { get; } = [];

    public ConcurrentDictionary<string, ImmutableArray<WindowResult>> Windows { get; } = [];

    public ConcurrentDictionary<string, ImmutableArray<AssetForecast>> Forecasts { get; } = [];

    public ConcurrentDictionary<string, TwinDecisions> Decisions { get; } = [];

    public ConcurrentDictionary<string, IncidentState> Incidents { get; } = [];

    public ConcurrentDictionary<string, UnitState> Units { get; } = [];

    public ConcurrentDictionary<string, WorkOrder> Orders { get; } = [];

    public ConcurrentQueue<DetectorCommand> Commands { get; } = [];

    public Exception? TwinFault { get; set; }

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        object grain = typeof(TGrainInterface) switch
        {
            var t when t == typeof(IAssetTwinGrain) => new Twin(this, primaryKey),
            var t when t == typeof(IIncidentGrain) => new Incident(this, primaryKey),
            var t when t == typeof(IUnitGrain) => new Unit(this, primaryKey),
            var t when t == typeof(IMaintenanceGrain) => new Maintenance(this, primaryKey),
            var t => throw new NotSupportedException(t.Name),
        };
        return (TGrainInterface)grain;
    }

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => throw new NotSupportedException();

    public IAddressable GetGrain(GrainId grainId) => throw new NotSupportedException();

    private sealed class Twin(FakeGrains stage, string key) : IAssetTwinGrain
    {
        public ValueTask<ObserveResult> ObserveAsync(TelemetryBatch batch) => throw new NotSupportedException();

        public ValueTask<TwinState> GetAsync() => stage.TwinFault is { } fault
            ? ValueTask.FromException<TwinState>(fault)
            : new(stage.Twins.GetValueOrDefault(key) ?? Examples.Twin(key, 0, default) with { Modified = null });

        public ValueTask<ImmutableArray<HistoryPoint>> GetRecentHistoryAsync(string metric) =>
            new(stage.Tails.GetValueOrDefault(key + "/" + metric, []));

        public ValueTask<ImmutableArray<WindowResult>> GetRecentWindowsAsync() => new(stage.Windows.GetValueOrDefault(key, []));

        public ValueTask<ImmutableArray<AssetForecast>> GetForecastsAsync() => new(stage.Forecasts.GetValueOrDefault(key, []));

        public ValueTask<TwinDecisions> GetDecisionsAsync() => new(stage.Decisions.GetValueOrDefault(key)
            ?? new TwinDecisions { AssetId = key, OperatingState = "unknown", Decisions = [] });

        public ValueTask<TwinDetectors> GetDetectorsAsync() => new(Examples.Detectors(key));

        public ValueTask<DetectorResult> ChangeDetectorAsync(DetectorCommand command)
        {
            stage.Commands.Enqueue(command);
            return new(command.Kind == DetectorCommandKind.Rollback
                ? new DetectorResult { Code = "detector.rollback.none", Message = "The version before is not kept." }
                : new DetectorResult { Twin = Examples.Detectors(key) });
        }

        public ValueTask CheckpointAsync() => default;
    }

    private sealed class Incident(FakeGrains stage, string key) : IIncidentGrain
    {
        public ValueTask ReportAsync(AlertEvent alert) => throw new NotSupportedException();

        public ValueTask<IncidentResult> AcknowledgeAsync(IncidentCommand command) => Change(
            s => s with { Status = IncidentStatus.Acknowledged, AcknowledgedBy = command.Operator, Comment = command.Comment });

        public ValueTask<IncidentResult> ShelveAsync(IncidentCommand command) => command.Until > Examples.T0.AddDays(7)
            ? new(new IncidentResult { Code = "incident.until.invalid", Message = "At most 7 days." })
            : Change(s => s with { Status = IncidentStatus.Shelved, ShelvedUntil = command.Until });

        public ValueTask<IncidentResult> JudgeAsync(IncidentCommand command) => Change(s => s with { Verdict = command.Verdict });

        public ValueTask<IncidentState?> GetAsync() => new(stage.Incidents.GetValueOrDefault(key));

        private ValueTask<IncidentResult> Change(Func<IncidentState, IncidentState> change)
        {
            if (!stage.Incidents.TryGetValue(key, out IncidentState? state))
            {
                return new(new IncidentResult { Code = "incident.notfound", Message = "No such incident." });
            }

            if (state.Status == IncidentStatus.Cleared)
            {
                return new(new IncidentResult { Code = "incident.cleared", Message = "It is cleared already." });
            }

            stage.Incidents[key] = change(state);
            return new(new IncidentResult { State = stage.Incidents[key] });
        }
    }

    private sealed class Unit(FakeGrains stage, string key) : IUnitGrain
    {
        public ValueTask RecordAsync(StepResult step) => throw new NotSupportedException();

        public ValueTask<UnitState?> GetAsync() => new(stage.Units.GetValueOrDefault(key));
    }

    private sealed class Maintenance(FakeGrains stage, string site) : IMaintenanceGrain
    {
        public ValueTask<WorkOrder> OpenWorkOrderAsync(IncidentState incident) => throw new NotSupportedException();

        public ValueTask<WorkOrder?> ChangeStatusAsync(string workOrderId, WorkOrderStatus status, string changedBy)
        {
            Assert.Equal("acme.lyon", site);
            return new(stage.Orders.TryGetValue(workOrderId, out WorkOrder? order) ? order with { Status = status, ChangedBy = changedBy }
                : null);
        }

        public ValueTask<ImmutableArray<WorkOrder>> GetAsync() => new([.. stage.Orders.Values]);
    }
}
