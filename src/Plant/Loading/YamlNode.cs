namespace Millwright.Plant.Loading;

/// <summary>
/// A YAML node with its place. Our own tree instead of YamlDotNet's: theirs throws on the first duplicate key, and shares aliased nodes,
/// so that a small file could unfold into billions of entries.
/// </summary>
internal sealed class YamlNode
{
    public required YamlKind Kind { get; init; }

    public required string File { get; init; }

    public required int Line { get; init; }

    public required int Column { get; init; }

    /// <summary>Of a scalar.</summary>
    public string Value { get; init; } = "";

    /// <summary>Quoted or block scalar: always text.</summary>
    public bool IsQuoted { get; init; }

    public List<(YamlNode Key, YamlNode Value)> Members { get; } = [];

    public List<YamlNode> Items { get; } = [];

    /// <summary>True for nothing, <c>~</c> and <c>null</c>: the key counts as not written.</summary>
    public bool IsNull => Kind == YamlKind.Scalar && !IsQuoted && Value is "" or "~" or "null";

    public string KindName => Kind switch
    {
        YamlKind.Mapping => "a mapping",
        YamlKind.List => "a list",
        _ => IsNull ? "nothing" : $"'{(Value.Length > 40 ? Value[..40] + "…" : Value)}'",
    };

    public static YamlNode AtFile(string file) => new() { Kind = YamlKind.Scalar, File = file, Line = 0, Column = 0 };
}

internal enum YamlKind
{
    Scalar,
    List,
    Mapping,
}
