namespace Millwright.Core.Peers;

/// <summary>What peers have in common; <see cref="PeerPool"/> says how it is made.</summary>
public readonly record struct PooledLevel(double Centre, double Within, double Between, int Peers, long Samples)
{
    /// <summary>Standard deviation of a sample of some asset like these about the centre.</summary>
    public double Scale => Math.Sqrt((Within * Within) + (Between * Between));
}
