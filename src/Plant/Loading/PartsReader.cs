namespace Millwright.Plant.Loading;

/// <summary>Reads the parts of a type or an asset over those it inherits, and checks what they refer to.</summary>
internal sealed class PartsReader(Func<string, IReadOnlyDictionary<string, double>, IReadOnlyList<string>>? detectorFaults)
{
    private static readonly EntryReader<MetricDefinition> Metrics = new(ReadMetric, m => m.Name, PlantLimits.MaxMetrics);
    private static readonly EntryReader<MeterDefinition> Meters = new(MeterReader.Read, m => m.Id, PlantLimits.MaxParts);
    private static readonly EntryReader<OperatingStateDefinition> States = new(StateReader.Read, s => s.Name, PlantLimits.MaxParts)
    {
        Expand = StateReader.Expand,
    };

    private readonly EntryReader<DetectorDefinition> detectors =
        new(new DetectorReader(detectorFaults).Read, d => d.Id, PlantLimits.MaxDetectors);

    public Parts Read(Section owner, Parts inherited)
    {
        var parts = new Parts
        {
            Metrics = NamedEntries.Merge(owner, "metrics", "metric", inherited.Metrics, Metrics),
            States = NamedEntries.Merge(owner, "states", "state", inherited.States, States, newFirst: true),
            Detectors = NamedEntries.Merge(owner, "detectors", "detector", inherited.Detectors, detectors),
            Meters = NamedEntries.Merge(owner, "meters", "meter", inherited.Meters, Meters),
            Windows = WindowReader.Read(owner, inherited.Windows),
            Load = owner.Text("load", inherited.Load, PlantLimits.MaxName),
            Prognosis = ReadPrognosis(owner, inherited.Prognosis),
            Time = ReadTime(owner, inherited.Time),
        };
        if (parts != inherited)
        {
            PartReferences.Check(owner, parts);
        }

        return parts;
    }

    private static MetricDefinition ReadMetric(Section entry, string name, MetricDefinition? inherited)
    {
        MetricDefinition start = inherited ?? new MetricDefinition { Name = name };
        MetricDefinition metric = start with
        {
            Unit = entry.Text("unit", start.Unit, 64),
            Minimum = entry.Number("min", start.Minimum),
            Maximum = entry.Number("max", start.Maximum),
            ExpectedInterval = entry.Duration("every", start.ExpectedInterval, TimeSpan.FromMicroseconds(1), TimeSpan.FromDays(366)),
            IsText = entry.Flag("text", start.IsText),
            Derive = BlockReader.Read(entry, name, start.Derive),
        };
        if (metric.Minimum >= metric.Maximum)
        {
            entry.Fault("plant.value.range", "min", $"min {metric.Minimum} is not below max {metric.Maximum}.",
                "Values outside min to max count as doubtful.");
        }

        if (metric.Derive is not null && (metric.IsText || metric.Minimum is not null || metric.Maximum is not null))
        {
            entry.Fault("plant.value.range", "derive", "A metric that comes as blocks is no text and has no min and max.",
                $"Write them at what is derived, e.g. {metric.Derive.Names[0]}.");
        }

        if (metric.IsText && (metric.Minimum is not null || metric.Maximum is not null))
        {
            entry.Fault("plant.value.range", "text", "A text metric has no min and max.", "Remove them, or 'text'.");
        }

        return metric;
    }

    private static PrognosisDefinition? ReadPrognosis(Section owner, PrognosisDefinition? inherited)
    {
        if (owner.Find("prognosis") is null)
        {
            return inherited;
        }

        Section section = owner.Child("prognosis", "prognosis");
        var prognosis = new PrognosisDefinition
        {
            Model = section.Text("model", inherited?.Model ?? "", 256),
            Warn = section.Number("warn", inherited?.Warn) ?? 0,
        };
        if (prognosis.Model.Length == 0 || !(prognosis.Warn > 0))
        {
            section.Fault("plant.key.missing", prognosis.Model.Length == 0 ? "model" : "warn",
                "A prognosis needs 'model', a file below the plant's folder, and 'warn', a remaining life above 0.",
                "millwright train makes the file.");
        }

        return prognosis;
    }

    private static TimePolicy ReadTime(Section owner, TimePolicy inherited)
    {
        if (owner.Find("time") is null)
        {
            return inherited;
        }

        Section time = owner.Child("time", "time");
        return inherited with
        {
            Disorder = time.Duration("disorder", inherited.Disorder, TimeSpan.Zero, TimeSpan.FromHours(1))!.Value,
            AllowedLateness = time.Duration("allowedLateness", inherited.AllowedLateness, TimeSpan.Zero, TimeSpan.FromDays(7))!.Value,
            MaxClockSkew = time.Duration("maxClockSkew", inherited.MaxClockSkew, TimeSpan.Zero, TimeSpan.FromDays(1))!.Value,
            IdleTimeout = time.Duration("idleTimeout", inherited.IdleTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))!.Value,
            MaxSourceLag = time.Duration("maxSourceLag", inherited.MaxSourceLag, TimeSpan.Zero, TimeSpan.FromDays(7))!.Value,
        };
    }
}
