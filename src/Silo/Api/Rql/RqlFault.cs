namespace Millwright.Silo.Api.Rql;

/// <summary>Why a filter, a field selection or an option could not be read, and where (0-based).</summary>
internal sealed record RqlFault(int Position, string Message)
{
    public override string ToString() => $"{Message} (at position {Position})";
}
