using System.Globalization;
using Millwright.Bench.Detection.Nab;
using Millwright.Bench.Detection.Prognosis;
using Millwright.Bench.Detection.Skab;
using Millwright.Bench.Detection.Torque;

namespace Millwright.Bench.Detection;

/// <summary>The report for people, beside what others have published.</summary>
internal sealed class ScoreTable(TextWriter output)
{
    public void Print(ScoreReport report)
    {
        Print(report.Skab);
        Print(report.Nab);
        Print(report.Cmapss);
        Print(report.Bearings);
        Print(report.Torque);
        if (report.SamplesPerSecondPerCore > 0)
        {
            Line($"twin of an unconfigured asset: {report.SamplesPerSecondPerCore:F0} samples/s on one core");
        }
    }

    private void Print(SkabReport? report)
    {
        if (report is null)
        {
            return;
        }

        Line($"{"SKAB, points",-26}{"F1",8}{"FAR %",8}{"MAR %",8}");
        Line($"{"Millwright, unconfigured",-26}{report.F1,8:F3}{report.Far,8:F2}{report.Mar,8:F2}");
        foreach ((string name, double f1, double far, double mar) in Published.SkabPoints)
        {
            Line($"  {name,-24}{f1,8:F2}{far,8:F2}{mar,8:F2}");
        }

        Line($"{"SKAB, change points",-26}{"standard",10}{"low FP",8}{"low FN",8}{"false",7}");
        ChangePointScore changes = report.Changepoints;
        Line($"{"Millwright, unconfigured",-26}{changes.Standard,10:F2}{changes.LowFp,8:F2}{changes.LowFn,8:F2}{changes.False,7}");
        foreach ((string name, double standard, double lowFp, double lowFn, int falseOnes) in Published.SkabChangePoints)
        {
            Line($"  {name,-24}{standard,10:F2}{lowFp,8:F2}{lowFn,8:F2}{falseOnes,7}");
        }

        Line($"fault-free run: FAR {report.FaultFreeFar:F2} %; shift test: F1 moves by at most {report.Shift.LargestChange:F3}");
    }

    private void Print(NabReport? report)
    {
        if (report is null)
        {
            return;
        }

        Line($"{"NAB",-26}{"standard",10}{"low FP",8}{"low FN",8}");
        Line($"{"Millwright, unconfigured",-26}{report.Standard,10:F1}{report.LowFp,8:F1}{report.LowFn,8:F1}");
        IReadOnlyDictionary<string, double> alerted = report.AsAlerted;
        Line($"{"  as it alerts",-26}{alerted["standard"],10:F1}{alerted["lowFp"],8:F1}{alerted["lowFn"],8:F1}");
        foreach ((string name, double standard, double lowFp, double lowFn) in Published.Nab)
        {
            Line($"  {name,-24}{standard,10:F1}{lowFp,8:F1}{lowFn,8:F1}");
        }
    }

    private void Print(CmapssResult? result)
    {
        if (result is null)
        {
            return;
        }

        Line($"{"C-MAPSS, remaining life",-26}{"RMSE",8}{"NASA",8}{"in interval",13}");
        foreach (CmapssSetScore set in result.Sets)
        {
            Line($"  {set.Set,-24}{set.Rmse,8:F2}{set.Nasa,8:F0}{set.Coverage,13:F2}");
        }
    }

    private void Print(BearingResult? result)
    {
        if (result is null)
        {
            return;
        }

        Line($"FEMTO bearings: alarm in {result.Alarmed} of {result.Rows.Count}, {result.InFirstHalf} too early, {result.InTime} in time");
        foreach (BearingRow row in result.Rows)
        {
            Line($"  {row.Bearing,-24}life left at the alarm {row.Left:P1}");
        }
    }

    private void Print(TorqueReport? report)
    {
        if (report is null)
        {
            return;
        }

        Print("  in order, unlabelled", report.Online);
        Print("  shuffled, unlabelled", report.Shuffled);
        Print("  folds, normals only", report.CrossValidated);
        Print("  held out", report.HeldOut);
    }

    private void Print(string name, TorqueFigures? figures)
    {
        if (figures is not null)
        {
            TorqueGroups programmes = figures.Programmes;
            Line($"torque{name,-24} ROC area {figures.Area:F4}, least programme {programmes.Least:F3}, below 0.90: {programmes.Below}");
        }
    }

    private void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
