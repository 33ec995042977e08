using Millwright.Core.Detection;
using Millwright.Core.Twins;
using Millwright.Detectors;
using Millwright.Grains.Tests.Core;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Twins;

namespace Millwright.Grains.Tests.Twins;

/// <summary>What the plant's files say, and what was changed while the asset ran: which of the two holds.</summary>
public sealed class DetectorRostersTests
{
    private static readonly DetectorDefinition First = Limit("1", 60);
    private static readonly DetectorDefinition Second = Limit("2", 55) with { IsShadow = true, Beside = "limit" };

    [Fact]
    public void Changes_Hold_WhileTheFilesSayTheSame()
    {
        TwinBlueprint blueprint = Blueprint([First], Promoted());

        Assert.Equal(("2", "1"), Versions(blueprint));
        Assert.Empty(blueprint.Rosters.Overruled);
        Assert.Equal(2, blueprint.Definition.Detectors.Length);
        Assert.Equal(
            [DetectorMode.Absent, DetectorMode.Shadow, DetectorMode.Live], blueprint.Definition.Detectors[1].Phases.Select(p => p.Mode));
    }

    [Fact]
    public void Files_Win_WhenTheySaySomethingNew()
    {
        TwinBlueprint blueprint = Blueprint([Limit("3", 70)], Promoted());

        Assert.Equal(("3", null), Versions(blueprint));
        Assert.Equal(2, blueprint.Rosters.Overruled.Length);
        Assert.Empty(blueprint.Rosters.Standing);

        // Other parameters under the same version are something new too.
        Assert.Equal(2, Blueprint([Limit("1", 61)], Promoted()).Rosters.Overruled.Length);

        // So is a detector that is gone.
        Assert.Equal(2, Blueprint([Limit("1", 60) with { Id = "other" }], Promoted()).Rosters.Overruled.Length);
    }

    [Fact]
    public void Files_ThatSayWhatHasBecomeOfIt_LeaveAllAsItIs()
    {
        TwinBlueprint before = Blueprint([First], Promoted());
        TwinBlueprint after = Blueprint([Second with { IsShadow = false, Beside = "" , Id = "limit" }], Promoted());

        Assert.Equal(("2", "1"), Versions(after));
        Assert.Empty(after.Rosters.Overruled);
        Assert.Equal(
            before.Definition.Detectors.Select(d => string.Join(' ', d.Phases)), after.Definition.Detectors.Select(d => string.Join(' ', d.Phases)));
    }

    [Fact]
    public void ShadowOfTheFiles_RunsBesideItsDetector_UnderItsName()
    {
        TwinBlueprint blueprint = Blueprint([First, Second with { Id = "limit-next" }], []);

        Assert.Equal(("1", "2"), Versions(blueprint));
        Assert.Equal(new DetectorIdentity("limit", ThresholdParameters.Name, "2"), blueprint.Definition.Detectors[1].Create().Identity);
        Assert.Equal("LimitNext", blueprint.Policies["limit\n2"].AlertName);
        Assert.Equal("Limit", blueprint.Policies["limit\n1"].AlertName);
    }

    [Fact]
    public void AssetWithShadowsOnly_KeepsItsDefaults()
    {
        string usual = Blueprint([], []).Definition.Detectors[0].Create().Identity.Id;
        TwinBlueprint blueprint = Blueprint([Second with { Beside = usual }], []);

        Assert.StartsWith("default-", usual, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], blueprint.Definition.Detectors.Select(d => d.Create().Identity).Where(i => i.Id == usual).Select(i => i.Version));
    }

    [Fact]
    public void PromotedDefault_WrittenIntoTheFiles_StandsAsItIs()
    {
        string id = Blueprint([], []).Definition.Detectors[0].Create().Identity.Id;
        DetectorDefinition next = Second with { Id = id, Beside = id };
        DetectorChange[] promoted =
        [
            .. Promoted().Select(c => c with { DetectorId = id, FileLive = null, Files = Blueprint([], []).Rosters.Find(id)!.Files }),
        ];
        promoted[0] = promoted[0] with { Definition = next };
        TwinBlueprint before = Blueprint([], promoted);
        TwinBlueprint after = Blueprint([next with { IsShadow = false, Beside = "" }], promoted);

        Assert.Equal("2", before.Rosters.Find(id)!.Live!.Identity.Version);
        Assert.Empty(after.Rosters.Overruled);
        Assert.Equal(
            before.Rosters.Find(id)!.Entries.Select(e => string.Join(' ', e.Rule.Phases)),
            after.Rosters.Find(id)!.Entries.Select(e => string.Join(' ', e.Rule.Phases)));

        // Another version of it is something new.
        Assert.Equal(2, Blueprint([next with { IsShadow = false, Beside = "", Version = "3" }], promoted).Rosters.Overruled.Length);
    }

    [Fact]
    public void Shadow_RunsBesideALiveDetector_AndNotBesideNothing()
    {
        var command = new DetectorCommand { Kind = DetectorCommandKind.Shadow, DetectorId = "limit", Operator = "erin" };

        Assert.Equal("detector.notfound", DetectorRules.Judge(command, new DetectorRoster([]), Second).Code);
        Assert.Null(DetectorRules.Judge(command, new DetectorRoster([Entry(First)]), Second).Code);
    }

    [Fact]
    public void Rollback_And_NewShadow_AreWhatTheySay()
    {
        var roster = new DetectorRoster([Entry(First)]);
        Assert.True(roster.Apply(Change(DetectorChangeKind.Shadow, 1), Entry(Second)));
        Assert.False(roster.IsShadowPrevious);
        Assert.True(roster.Apply(Change(DetectorChangeKind.Promote, 2), null));
        Assert.True(roster.IsShadowPrevious);
        Assert.True(roster.Apply(Change(DetectorChangeKind.Rollback, 3), null));
        Assert.Equal(("1", "2", false), (roster.Live!.Identity.Version, roster.Shadow!.Identity.Version, roster.IsShadowPrevious));

        // Version 2 was another detector here.
        Assert.False(roster.Apply(Change(DetectorChangeKind.Shadow, 4), Entry(Second with { Parameters = Limit("2", 54).Parameters })));
        Assert.True(roster.Apply(Change(DetectorChangeKind.Shadow, 4), Entry(Limit("3", 50) with { IsShadow = true })));
        Assert.True(roster.Apply(Change(DetectorChangeKind.Drop, 5), null));
        Assert.Null(roster.Shadow);
        Assert.False(roster.Apply(Change(DetectorChangeKind.Promote, 6), null));
    }

    private static (string?, string?) Versions(TwinBlueprint blueprint) => blueprint.Rosters.Find("limit") is { } roster
        ? (roster.Live?.Identity.Version, roster.Shadow?.Identity.Version)
        : (null, null);

    private static DetectorChange[] Promoted() =>
    [
        Change(DetectorChangeKind.Shadow, 100) with { Definition = Second },
        Change(DetectorChangeKind.Promote, 200),
    ];

    private static DetectorChange Change(DetectorChangeKind kind, int second) => new()
    {
        Kind = kind,
        DetectorId = "limit",
        DetectorKind = ThresholdParameters.Name,
        Version = "2",
        From = Moments.At(second),
        Files = new DetectorRoster([Entry(First)]).Files,
        FileLive = First,
        Operator = "erin",
        RecordedTime = Moments.At(second),
    };

    private static DetectorEntry Entry(DetectorDefinition detector) =>
        new(DetectorEntry.IdentityOf(detector), new DetectorRule { Create = () => throw new NotSupportedException() }, detector);

    private static DetectorDefinition Limit(string version, double upper) => new()
    {
        Id = "limit",
        Kind = ThresholdParameters.Name,
        AlertName = version == "2" ? "LimitNext" : "Limit",
        Metrics = ["power"],
        Version = version,
        Parameters = new Dictionary<string, double> { ["upper"] = upper },
    };

    private static TwinBlueprint Blueprint(DetectorDefinition[] detectors, DetectorChange[] changes)
    {
        Assert.True(AssetId.TryParse("acme:pump", out AssetId id));
        return BlueprintCompiler.Compile(
            new AssetDefinition
            {
                Id = id,
                Type = "pump",
                DisplayName = "Pump",
                Metrics = [new MetricDefinition { Name = "power", Unit = "kW" }],
                Detectors = detectors,
            },
            DetectorLibrary.Empty,
            changes);
    }
}
