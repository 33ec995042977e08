using Millwright.Quality;

namespace Millwright.Core.Quality;

/// <summary>A unit's history as a fold over judged steps.</summary>
public static class UnitFold
{
    /// <summary>The history with the step at its place in time; null when it holds the step already or is full.</summary>
    public static UnitState? Add(UnitState? state, StepResult step)
    {
        UnitState before = state ?? new UnitState { UnitId = step.UnitId, Steps = [], IsAtRisk = false };
        if (before.Steps.Length >= UnitState.MaxSteps || before.Steps.Any(s => s.Id == step.Id))
        {
            return null;
        }

        int index = before.Steps.Length;
        while (index > 0 && before.Steps[index - 1].EventTime > step.EventTime)
        {
            index--;
        }

        return before with { Steps = before.Steps.Insert(index, step), IsAtRisk = before.IsAtRisk || StepJudge.IsAtRisk(step) };
    }
}
