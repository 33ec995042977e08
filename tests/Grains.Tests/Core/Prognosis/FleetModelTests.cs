using System.Collections.Immutable;
using Millwright.Core.State;

namespace Millwright.Core.Prognosis;

public sealed class FleetModelTests
{
    private static readonly FleetOptions Options = new() { Ceiling = 60, Rounds = 60, UsesAge = false };
    private static readonly Lazy<FleetModel> Model = new(() => FleetModel.Learn(SyntheticFleet.Layout, SyntheticFleet.Units(40, 1), Options));

    [Fact]
    public void Learn_GivesTheSameBytes_Twice()
    {
        byte[] again = FleetModel.Learn(SyntheticFleet.Layout, SyntheticFleet.Units(40, 1), Options).ToBytes();

        Assert.Equal(Model.Value.ToBytes(), again);
    }

    [Fact]
    public void Predict_IsNearTheTruth_AndTheIntervalHoldsIt_OnUnitsNeverSeen()
    {
        List<(double Truth, RemainingLife Said)> judged = [.. SyntheticFleet.Units(20, 900_001).SelectMany(unit => Judge(Model.Value, unit))];

        double rmse = Math.Sqrt(judged.Average(pair => (pair.Truth - pair.Said.Expected) * (pair.Truth - pair.Said.Expected)));
        double coverage = judged.Average(pair => pair.Truth >= pair.Said.P10 && pair.Truth <= pair.Said.P90 ? 1.0 : 0.0);

        // Saying the mean always would be 22 off.
        Assert.InRange(rmse, 0, 12);
        Assert.InRange(coverage, 0.7, 0.95);
        Assert.InRange(rmse / Model.Value.CrossError, 0.7, 1.3);
        Assert.All(judged, pair => Assert.True(pair.Said.P10 <= pair.Said.Expected && pair.Said.Expected <= pair.Said.P90));
    }

    [Fact]
    public void FromBytes_PredictsTheSame()
    {
        FleetModel restored = FleetModel.FromBytes(Model.Value.ToBytes());

        Assert.Equal(Model.Value.ToBytes(), restored.ToBytes());
        Assert.Equal((SyntheticFleet.Layout.Age, 60, 40), (restored.Layout.Age, restored.Ceiling, restored.Units));
        foreach (FleetHistory unit in SyntheticFleet.Units(3, 5))
        {
            Assert.Equal(Judge(Model.Value, unit), Judge(restored, unit));
        }
    }

    [Fact]
    public void FromBytes_RefusesWhatIsDamaged()
    {
        byte[] bytes = Model.Value.ToBytes();

        for (int length = 0; length < bytes.Length; length += 97)
        {
            byte[] cut = bytes[..length];
            Assert.Throws<StateFormatException>(() => FleetModel.FromBytes(cut));
        }

        Assert.Throws<StateFormatException>(() => FleetModel.FromBytes((byte[])[.. bytes, 0]));
        byte[] newer = [.. bytes];
        newer[0]++;
        Assert.Throws<StateFormatException>(() => FleetModel.FromBytes(newer));
    }

    /// <summary>A damaged byte may change a figure, but never crashes or hangs who reads it.</summary>
    [Fact]
    public void FromBytes_EndsWell_WithAnyByteChanged()
    {
        byte[] bytes = FleetModel.Learn(SyntheticFleet.Layout, SyntheticFleet.Units(5, 3), Options with { Rounds = 2 }).ToBytes();
        FleetHistory unit = SyntheticFleet.Units(1, 5)[0];

        for (int place = 0; place < bytes.Length; place++)
        {
            byte[] damaged = [.. bytes];
            damaged[place] ^= 0x55;
            try
            {
                FleetModel model = FleetModel.FromBytes(damaged);
                WearFeatures wear = model.NewUnit();
                wear.Observe(1, unit.Row(0, SyntheticFleet.Layout.Width));
                Assert.NotNull(model.Predict(wear));
            }
            catch (StateFormatException)
            {
                // That is the refusal that is asked for.
            }
        }
    }

    [Fact]
    public void Unit_IsTheSame_WhenItIsStoredAfterEveryRow()
    {
        FleetHistory unit = SyntheticFleet.Units(1, 77)[0];
        WearFeatures straight = Model.Value.NewUnit();
        WearFeatures restored = Model.Value.NewUnit();

        for (int row = 0; row < unit.Count; row++)
        {
            straight.Observe(unit.Ages[row], unit.Row(row, SyntheticFleet.Layout.Width));
            restored.Observe(unit.Ages[row], unit.Row(row, SyntheticFleet.Layout.Width));
            byte[] state = Bytes(restored);
            Assert.Equal(Bytes(straight), state);
            restored = Model.Value.NewUnit();
            restored.Restore(new StateReader(state));
            Assert.Equal(Model.Value.Predict(straight), Model.Value.Predict(restored));
        }
    }

    [Fact]
    public void Regimes_AreFoundFromSettings_AndNotInNoise()
    {
        ImmutableArray<FleetHistory> fleet = SyntheticFleet.Units(10, 1);

        Assert.Equal(2, Regimes.Learn(SyntheticFleet.Layout, fleet).Count);
        Assert.Equal(1, Regimes.Learn(SyntheticFleet.Layout with { Settings = [], Metrics = ["load", "a", "b", "c", "noise"] }, fleet).Count);

        FleetLayout trembling = SyntheticFleet.Layout with { Settings = ["noise"], Metrics = ["a", "b", "c", "load"] };
        ImmutableArray<FleetHistory> turned = [.. fleet.Select(unit => unit with { Values = [.. unit.Values.Chunk(5).SelectMany(r => r.Reverse())] })];
        Assert.Equal(1, Regimes.Learn(trembling, turned).Count);
    }

    [Fact]
    public void Validate_NamesWhatIsWrong()
    {
        ImmutableArray<FleetHistory> fleet = SyntheticFleet.Units(5, 1);

        Assert.Empty(FleetModel.Validate(SyntheticFleet.Layout, fleet, Options));
        Assert.Contains("too few", FleetModel.Validate(SyntheticFleet.Layout, fleet[..4], Options).Single());
        Assert.Contains("stands twice", FleetModel.Validate(SyntheticFleet.Layout with { Age = "a" }, fleet, Options).Single());
        Assert.Contains("ceiling", FleetModel.Validate(SyntheticFleet.Layout, fleet, Options with { Ceiling = 0 }).Single());
        FleetHistory younger = fleet[0] with { Ages = fleet[0].Ages.SetItem(7, 3) };
        Assert.Contains("older at row 7", FleetModel.Validate(SyntheticFleet.Layout, fleet.SetItem(0, younger), Options).Single());
        FleetHistory broken = fleet[0] with { Values = fleet[0].Values.SetItem(7, double.NaN) };
        Assert.Contains("at row 1", FleetModel.Validate(SyntheticFleet.Layout, fleet.SetItem(0, broken), Options).Single());
    }

    private static List<(double Truth, RemainingLife Said)> Judge(FleetModel model, FleetHistory unit)
    {
        WearFeatures wear = model.NewUnit();
        Assert.Null(model.Predict(wear));
        List<(double, RemainingLife)> judged = [];
        for (int row = 0; row < unit.Count; row++)
        {
            wear.Observe(unit.Ages[row], unit.Row(row, SyntheticFleet.Layout.Width));
            judged.Add((Math.Min(unit.Ages[^1] - unit.Ages[row], model.Ceiling), model.Predict(wear)!.Value));
        }

        return judged;
    }

    private static byte[] Bytes(WearFeatures wear)
    {
        System.Buffers.ArrayBufferWriter<byte> buffer = new();
        wear.Save(new StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The mean of five numbers that are the ceiling need not be the ceiling.</summary>
    [Fact]
    public void Predict_StaysBelowTheCeiling_WhenAUnitIsHealthy()
    {
        double ceiling = 101 * 0.6;
        FleetModel model = FleetModel.Learn(
            SyntheticFleet.Layout, SyntheticFleet.Units(12, 1), Options with { Ceiling = ceiling, Rounds = 250 });

        List<RemainingLife> said = [.. SyntheticFleet.Units(20, 900_001).SelectMany(unit => Judge(model, unit)).Select(pair => pair.Said)];

        Assert.Contains(said, life => life.Expected == ceiling);
        Assert.All(said, life => Assert.True(life.P10 <= life.Expected && life.Expected <= life.P90 && life.P90 <= ceiling));
    }
}
