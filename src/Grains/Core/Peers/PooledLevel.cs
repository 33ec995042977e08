namespace Millwright.Core.Peers;

/// <summary>What peers have in common; <see cref="PeerPool"/> says how it is made.</summary>
public readonly record struct PooledLevel(double Centre, double Within, double Between, int Peers, long Samples)
{
    /// <summary>Spread of a peer about its own level, rare jumps included; not below <see cref="Within"/>.</summary>
    public double Tail { get; init; }

    /// <summary>Standard deviation of a sample of some asset like these about the centre.</summary>
    public double Scale => Math.Sqrt((Within * Within) + (Between * Between));
}
