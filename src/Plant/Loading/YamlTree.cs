using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Millwright.Plant.Loading;

/// <summary>Builds <see cref="YamlNode"/>s from YamlDotNet's events, within bounds; whatever is wrong becomes a fault.</summary>
internal sealed class YamlTree(string file, FaultList faults)
{
    private int nodes;

    /// <summary>The file's documents; those before a syntax fault are still returned, so that their faults show too.</summary>
    public List<YamlNode> Parse(string text)
    {
        var documents = new List<YamlNode>();
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            while (!parser.Accept<StreamEnd>(out _))
            {
                parser.Consume<DocumentStart>();
                documents.Add(ReadNode(parser, 1));
                parser.Consume<DocumentEnd>();
            }
        }
        catch (YamlBoundException bound)
        {
            Fault(bound.Mark, bound.Code, bound.Message, bound.Advice);
        }
        catch (YamlException e)
        {
            Fault(e.Start, "yaml.invalid", e.Message, "Check indentation, quotes and brackets at this place.");
        }
        catch (Exception e) when (
            e is ArgumentException or InvalidOperationException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // Seen from YamlDotNet's scanner on broken escapes; the file is refused like any other malformed one.
            faults.Add(YamlNode.AtFile(file), "", "yaml.invalid", $"The file is no YAML: {e.Message}");
        }

        return documents;
    }

    private YamlNode ReadNode(IParser parser, int depth)
    {
        ParsingEvent next = parser.Consume<ParsingEvent>();
        if (++nodes > PlantLimits.MaxNodes)
        {
            throw new YamlBoundException(next.Start, "yaml.size", $"The file has more than {PlantLimits.MaxNodes} entries.",
                "Split it, or use a range.");
        }

        if (depth > PlantLimits.MaxDepth)
        {
            throw new YamlBoundException(next.Start, "yaml.depth", $"Nested deeper than {PlantLimits.MaxDepth} levels.", "Flatten it.");
        }

        return next switch
        {
            Scalar scalar => New(YamlKind.Scalar, scalar, scalar.Value, scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any)),
            MappingStart start => ReadMapping(parser, New(YamlKind.Mapping, start), depth),
            SequenceStart start => ReadList(parser, New(YamlKind.List, start), depth),
            AnchorAlias alias => throw new YamlBoundException(
                alias.Start, "yaml.alias", $"The alias '*{alias.Value}' is not accepted.",
                    "Put what is shared into a type and use 'extends'."),
            _ => throw new YamlBoundException(next.Start, "yaml.invalid", "Unexpected YAML structure.", ""),
        };
    }

    private YamlNode ReadMapping(IParser parser, YamlNode mapping, int depth)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            YamlNode key = ReadNode(parser, depth + 1);
            YamlNode value = ReadNode(parser, depth + 1);
            if (key.Kind != YamlKind.Scalar)
            {
                faults.Add(key, "", "plant.key.unknown", "A key must be plain text.", "Quote it if it starts with '{' or '['.");
            }
            else if (!seen.Add(key.Value))
            {
                faults.Add(key, key.Value, "plant.key.duplicate", $"The key '{key.Value}' is there twice.", "Keep one of them.");
            }
            else
            {
                mapping.Members.Add((key, value));
            }
        }

        return mapping;
    }

    private YamlNode ReadList(IParser parser, YamlNode list, int depth)
    {
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            list.Items.Add(ReadNode(parser, depth + 1));
        }

        return list;
    }

    private YamlNode New(YamlKind kind, NodeEvent at, string value = "", bool quoted = false) => new()
    {
        Kind = kind, File = file, Line = (int)at.Start.Line, Column = (int)at.Start.Column, Value = value, IsQuoted = quoted,
    };

    private void Fault(Mark mark, string code, string message, string advice) =>
        faults.Add(new YamlNode { Kind = YamlKind.Scalar, File = file, Line = (int)mark.Line, Column = (int)mark.Column }, "", code,
            message, advice);

    private sealed class YamlBoundException(Mark mark, string code, string message, string advice) : Exception(message)
    {
        public Mark Mark { get; } = mark;

        public string Code { get; } = code;

        public string Advice { get; } = advice;
    }
}
