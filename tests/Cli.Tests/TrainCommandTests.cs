using System.Globalization;
using System.Text;
using Millwright.Core.Detection;
using Millwright.Core.Prognosis;
using Millwright.Core.Twins;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Testing.Time;

namespace Millwright.Cli.Tests;

/// <summary>From CSV files of runs to failure over the model file to the twin that uses it.</summary>
public sealed class TrainCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("millwright-train-").FullName;
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Model_IsMadeFromFilesOfDifferentLayouts_AndUsedByTwins()
    {
        string first = Write("first.csv", ',', hasHeader: true, 6);
        string second = Write("second.csv", ';', hasHeader: true, 6);

        int code = await RunAsync("train", first, second, "--out", Path.Combine(folder, "pumps.fleet"), "--unit", "pump", "--age", "hours",
            "--settings", "load");

        Assert.True(code == ExitCode.Success, error.ToString());
        Assert.StartsWith("12 runs to failure, 2 metrics", output.ToString(), StringComparison.Ordinal);
        PlantLoadResult plant = Plant("pumps.fleet", 5);
        Assert.Empty(plant.Faults);
        Assert.Empty(TwinCatalogue.Faults(plant.Model!));
        TwinEngine twin = new(new TwinCatalogue(plant.Model!).For("acme:pump-1", []).Definition);
        TwinOutput told = new();
        DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        string[] names = ["vibration", "heat", "hours", "load"];
        for (int hour = 0; hour < 60; hour++)
        {
            double[] row = Row(3, hour, 80);
            double[] values = [row[2], row[3], row[0], row[1]];
            for (int i = 0; i < names.Length; i++)
            {
                DateTimeOffset at = start.AddHours(hour);
                twin.Observe(new TwinSample(twin.FindMetric(names[i]), at, at, values[i]), told);
            }
        }

        twin.CatchUp(told);
        ComponentForecast forecast = Assert.Single(twin.Forecasts(), f => f.Kind == "remaining-life");
        Assert.Equal("hours", forecast.RemainingUnit);
        Assert.InRange(forecast.Remaining!.Value.Expected, 0, 60);
    }

    [Fact]
    public async Task Model_IsTheSame_WithAndWithoutHeader()
    {
        string with = Write("with.csv", ',', hasHeader: true, 6);
        string without = Path.Combine(folder, "sub");
        Directory.CreateDirectory(without);
        File.WriteAllLines(Path.Combine(without, "with.csv"), File.ReadLines(with).Skip(1).Select(line => line.Replace(',', ' ')));

        string[] options = ["--unit", "pump", "--age", "hours", "--settings", "load"];
        Assert.Equal(0, await RunAsync(["train", with, "--out", Path.Combine(folder, "a.fleet"), .. options]));
        Assert.Equal(0, await RunAsync(["train", Path.Combine(without, "with.csv"), "--out", Path.Combine(folder, "b.fleet"),
            "--columns", "pump,hours,load,vibration,heat", .. options]));

        Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "a.fleet")), File.ReadAllBytes(Path.Combine(folder, "b.fleet")));
    }

    [Fact]
    public async Task Model_IsTheSame_WhenFilesOrderTheirColumnsDifferently()
    {
        string first = Write("first.csv", ',', hasHeader: true, 6);
        string second = Write("second.csv", ',', hasHeader: true, 7);
        string[] options = ["--unit", "pump", "--age", "hours", "--settings", "load"];
        Assert.Equal(0, await RunAsync(["train", first, second, "--out", Path.Combine(folder, "a.fleet"), .. options]));

        File.WriteAllLines(second, File.ReadAllLines(second).Select((line, i) =>
            string.Join(',', line.Split(',').Reverse().Append(i == 0 ? "extra" : "0"))));
        Assert.Equal(0, await RunAsync(["train", first, second, "--out", Path.Combine(folder, "b.fleet"), .. options]));

        Assert.Equal("heat,vibration,load,hours,pump,extra", File.ReadLines(second).First());
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "a.fleet")), File.ReadAllBytes(Path.Combine(folder, "b.fleet")));
    }

    [Fact]
    public async Task Files_AreUnitsOfTheirOwn_WhateverTheirFolder()
    {
        string[] files = new string[10];
        for (int unit = 0; unit < files.Length; unit++)
        {
            Directory.CreateDirectory(Path.Combine(folder, $"pump{unit}"));
            string all = Write($"pump{unit}/run.csv", ',', hasHeader: true, unit + 1);
            files[unit] = all;
            File.WriteAllLines(all, File.ReadLines(all).Where(line => line.StartsWith("pump,", StringComparison.Ordinal)
                || line.StartsWith($"p{unit},", StringComparison.Ordinal)).Select(line => line[(line.IndexOf(',') + 1)..]).ToList());
        }

        int code = await RunAsync(["train", .. files, "--out", Path.Combine(folder, "a.fleet"), "--age", "hours", "--settings", "load"]);

        Assert.True(code == ExitCode.Success, error.ToString());
        Assert.StartsWith("10 runs to failure, 2 metrics", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_AreRefused_WithAColumnTwice()
    {
        string file = Write("f.csv", ',', hasHeader: true, 6);
        File.WriteAllText(file, File.ReadAllText(file).Replace("vibration,heat", "heat,heat", StringComparison.Ordinal));

        Assert.Equal(ExitCode.Usage, await RunAsync("train", file, "--out", "x", "--unit", "pump", "--age", "hours"));
        Assert.Contains("f.csv has column heat twice", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_NameFileAndLine()
    {
        string file = Write("f.csv", ',', hasHeader: true, 2);

        Assert.Equal(ExitCode.Usage, await RunAsync("train", file, "--out", "x", "--unit", "pump", "--age", "hours"));
        Assert.Contains("2 runs to failure are too few", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, await RunAsync("train", file, "--out", "x", "--age", "cycles"));
        Assert.Contains("f.csv has no column cycles", error.ToString(), StringComparison.Ordinal);
        File.AppendAllText(file, "p,1,2,x,4\n");
        Assert.Equal(ExitCode.Usage, await RunAsync("train", file, "--out", "x", "--unit", "pump", "--age", "hours"));
        Assert.Contains("f.csv, line 142: 'x' is no number", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Plant_IsRefused_WhenTheModelIsAbsentOrDamaged()
    {
        Assert.Contains("there is no file 'none.fleet'", TwinCatalogue.Faults(Plant("none.fleet", 5).Model!).Single(), StringComparison.Ordinal);
        File.WriteAllBytes(Path.Combine(folder, "bad.fleet"), [1, 2, 3]);
        Assert.Contains("'bad.fleet' is no whole fleet model", TwinCatalogue.Faults(Plant("bad.fleet", 5).Model!).Single(), StringComparison.Ordinal);
        Assert.Equal("plant.key.missing", Assert.Single(Plant("bad.fleet", 0).Faults).Code);
    }

    /// <summary>Hours, load, vibration, heat.</summary>
    private static double[] Row(int unit, int hour, int life)
    {
        int noise = ((unit * 31) + (hour * 17)) % 13;
        double wear = (double)hour * hour * hour / ((double)life * life * life);
        double load = 1 + (((unit + hour) / 3) % 2);
        return [hour + 1, load, (10 * load) + (8 * wear) + (noise / 13.0), 40 + (5 * load) + (4 * wear) + ((12 - noise) / 13.0)];
    }

    private string Write(string name, char separator, bool hasHeader, int units)
    {
        StringBuilder text = new();
        text.AppendLine(string.Join(separator, hasHeader ? ["pump", "hours", "load", "vibration", "heat"] : Array.Empty<string>()));
        for (int unit = 0; unit < units; unit++)
        {
            int life = 60 + (unit * 20);
            for (int hour = 0; hour < life; hour++)
            {
                string[] cells = [$"p{unit}", .. Row(unit, hour, life).Select(value => value.ToString("R", CultureInfo.InvariantCulture))];
                text.Append(string.Join(separator, cells)).Append('\n');
            }
        }

        string path = Path.Combine(folder, name);
        File.WriteAllText(path, text.ToString());
        return path;
    }

    private PlantLoadResult Plant(string model, double warn)
    {
        File.WriteAllText(Path.Combine(folder, "plant.yaml"), string.Create(CultureInfo.InvariantCulture, $$"""
            site: {namespace: acme}
            types:
              worn:
                metrics: { vibration: {}, heat: {}, hours: {}, load: {} }
                prognosis: { model: {{model}}, warn: {{warn}} }
            assets:
              pump-1: {type: worn}
            """));
        return new PlantLoader(DetectorParameters.Validate).Load(folder);
    }

    private Task<int> RunAsync(params string[] args) =>
        MillwrightTool.RunAsync(args, new ToolContext(output, error, new ManualTimeProvider()), CancellationToken.None);
}
