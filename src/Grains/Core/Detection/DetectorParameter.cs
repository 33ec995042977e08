namespace Millwright.Core.Detection;

/// <summary>One numeric parameter of a detector kind, as a plant model may set it.</summary>
/// <param name="Name">As in the plant model, e.g. <c>clear-dwell</c>.</param>
/// <param name="Unit"><c>s</c>, <c>samples</c>, <c>cells</c>, <c>metric</c> (the unit of the metric it judges), or empty for a plain
/// number.</param>
/// <param name="Default">Null: the parameter is absent unless it is set.</param>
/// <param name="Minimum">Inclusive.</param>
/// <param name="Maximum">Inclusive.</param>
public sealed record DetectorParameter(string Name, string Unit, double? Default, double Minimum, double Maximum, string Description)
{
    /// <summary>Counts take whole numbers only.</summary>
    public bool IsWhole => Unit is "samples" or "cells";
}
