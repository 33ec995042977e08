namespace Millwright.Core.Twins;

/// <summary>What became of a sample; exactly one for each.</summary>
public enum SampleFate
{
    Accepted,
    Amended,
    Duplicate,
    Dropped,
    Rejected,
}
