using System.CommandLine;
using System.Globalization;
using Millwright.Cli.Output;
using Millwright.Core.Prognosis;

namespace Millwright.Cli.Train;

/// <summary>Makes a fleet's model of remaining life from runs to failure, for <c>prognosis:</c> in the plant model.</summary>
internal static class TrainCommand
{
    private static readonly Argument<FileInfo[]> Files = new("files")
    {
        Description = "CSV files (comma, semicolon, tab or blanks; .gz too), rows in order, each unit's last row its failure.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Output = new("--out")
    {
        Description = "File to write, e.g. plant/engines.fleet.",
        Required = true,
    };

    private static readonly Option<string> Age = new("--age") { Description = "Column of the unit's age: cycles, hours.", Required = true };
    private static readonly Option<string?> Unit = new("--unit") { Description = "Column that names the unit. Without: a file is a unit." };
    private static readonly Option<string?> Settings = new("--settings")
    {
        Description = "Columns that say what is asked of the unit, comma-separated.",
    };

    private static readonly Option<string?> Metrics = new("--metrics")
    {
        Description = "Columns that say how it fares, comma-separated. Without: all others of the first file.",
    };

    private static readonly Option<string?> Columns = new("--columns")
    {
        Description = "Names of all columns, comma-separated, for files without a header.",
    };

    private static readonly Option<double?> Ceiling = new("--ceiling")
    {
        Description = "Remaining life beyond which it says 'this or more'. Without: six tenths of the median life.",
    };

    private static readonly Option<bool> NoAge = new("--no-age")
    {
        Description = "Ages are not counted from new, so age is no evidence.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as one JSON object." };

    public static Command Create(ToolContext context)
    {
        var command = new Command("train", "Learns remaining life from a fleet's runs to failure.")
        {
            Files, Output, Age, Unit, Settings, Metrics, Columns, Ceiling, NoAge, Json,
        };
        command.SetAction(parsed => Run(context, parsed));
        return command;
    }

    private static int Run(ToolContext context, ParseResult parsed)
    {
        try
        {
            var reader = new FleetReader(
                parsed.GetValue(Age)!, parsed.GetValue(Unit), Names(parsed.GetValue(Settings)), Names(parsed.GetValue(Metrics)))
            {
                Columns = Names(parsed.GetValue(Columns)),
            };
            foreach (FileInfo file in parsed.GetValue(Files)!)
            {
                reader.Read(file);
            }

            var options = new FleetOptions { Ceiling = parsed.GetValue(Ceiling), UsesAge = !parsed.GetValue(NoAge) };
            IReadOnlyList<FleetHistory> fleet = reader.ToFleet();
            IReadOnlyList<string> faults = FleetModel.Validate(reader.Layout, fleet, options);
            if (faults.Count > 0)
            {
                context.Error.WriteLine(string.Join(Environment.NewLine, faults));
                return ExitCode.Usage;
            }

            FleetModel model = FleetModel.Learn(reader.Layout, fleet, options);
            File.WriteAllBytes(parsed.GetValue(Output)!, model.ToBytes());
            Print(context, model, parsed.GetValue(Json));
            return ExitCode.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or InvalidDataException)
        {
            context.Error.WriteLine(e.Message);
            return ExitCode.Usage;
        }
    }

    private static string[] Names(string? list) =>
        list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static void Print(ToolContext context, FleetModel model, bool isJson) => context.Output.WriteLine(isJson
        ? JsonLine.Of(new { model.Units, model.Ceiling, model.CrossError, model.Layout.Age, Metrics = model.Layout.Metrics.Length })
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Units} runs to failure, {model.Layout.Metrics.Length} metrics; on units it had not seen it was " +
                $"{model.CrossError:0.##} {model.Layout.Age} off (root mean square), ceiling {model.Ceiling:0.##}."));
}
