namespace Millwright.Bench.Detection.Torque;

/// <summary>ROC areas are those of the score; the rates those of the default threshold.</summary>
/// <param name="Area">Over all records at once: scores of different programmes are comparable, or this falls.</param>
/// <param name="LeastFold">The least area of a fold; the area itself where there are no folds.</param>
/// <param name="Found">Share of the faults that alarm.</param>
/// <param name="FalseAlarms">Share of the normal records that alarm.</param>
/// <param name="Programmes">Of each programme that has both kinds.</param>
/// <param name="Families">Of the screws of one head and size.</param>
internal sealed record TorqueFigures(
    double Area, double LeastFold, double Found, double FalseAlarms, TorqueGroups Programmes, TorqueGroups Families);
