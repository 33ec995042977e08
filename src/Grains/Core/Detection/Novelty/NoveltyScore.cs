namespace Millwright.Core.Detection.Novelty;

/// <summary>What each aspect adds to how new a sample is.</summary>
internal readonly record struct NoveltyScore(double Value, double Level, double Spread, double Season)
{
    public double Total => Value + Level + Spread + Season;

    /// <summary>The aspect that adds most.</summary>
    public NoveltyAspect Leading
    {
        get
        {
            double most = Math.Max(Math.Max(Value, Level), Math.Max(Spread, Season));
            return most == Value ? NoveltyAspect.Value
                : most == Level ? NoveltyAspect.Level
                : most == Spread ? NoveltyAspect.Spread : NoveltyAspect.Season;
        }
    }
}
