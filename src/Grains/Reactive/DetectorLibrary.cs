using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;
using Millwright.Core.Detection;

namespace Millwright.Detectors;

/// <summary>The detector kinds there are: ours, and those of the operator's own assemblies.</summary>
public sealed partial class DetectorLibrary
{
    private readonly ImmutableSortedDictionary<string, IReactiveDetector> own;

    /// <exception cref="DetectorLibraryException">Kinds that clash or are no names, or a memory out of range.</exception>
    public DetectorLibrary(IEnumerable<IReactiveDetector> own)
    {
        ImmutableSortedDictionary<string, IReactiveDetector>.Builder kinds =
            ImmutableSortedDictionary.CreateBuilder<string, IReactiveDetector>(StringComparer.Ordinal);
        foreach (IReactiveDetector detector in own)
        {
            string type = detector.GetType().FullName ?? "";
            if (!KindName().IsMatch(detector.Kind))
            {
                throw new DetectorLibraryException($"{type}: kind '{detector.Kind}' is not made of lower case letters, digits and hyphens.");
            }

            if (detector.Memory <= TimeSpan.Zero || detector.Memory > TimeSpan.FromDays(1))
            {
                throw new DetectorLibraryException($"{type}: a memory of {detector.Memory} is not above 0 and at most a day.");
            }

            if (DetectorKinds.Find(detector.Kind) is not null || !kinds.TryAdd(detector.Kind, detector))
            {
                throw new DetectorLibraryException($"{type}: there is another detector of kind '{detector.Kind}'.");
            }
        }

        this.own = kinds.ToImmutable();
    }

    public static DetectorLibrary Empty { get; } = new([]);

    public IEnumerable<DetectorKind> Kinds => DetectorKinds.All.Concat(own.Values.Select(KindOf));

    /// <summary>Every public type of the assemblies in a folder that is an <see cref="IReactiveDetector"/>.</summary>
    /// <exception cref="DetectorLibraryException">The folder or an assembly cannot be read, or a detector cannot be made.</exception>
    public static DetectorLibrary Load(string folder)
    {
        List<IReactiveDetector> own = [];
        try
        {
            foreach (string path in Directory.GetFiles(folder, "*.dll").Order(StringComparer.Ordinal))
            {
                own.AddRange(Assembly.LoadFrom(Path.GetFullPath(path)).GetExportedTypes()
                    .Where(t => t is { IsClass: true, IsAbstract: false } && typeof(IReactiveDetector).IsAssignableFrom(t))
                    .OrderBy(t => t.FullName, StringComparer.Ordinal)
                    .Select(t => (IReactiveDetector)Activator.CreateInstance(t)!));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException or TypeLoadException
            or MissingMethodException or TargetInvocationException)
        {
            throw new DetectorLibraryException($"The detectors in {folder} cannot be loaded: {(e.InnerException ?? e).Message}");
        }

        return new DetectorLibrary(own);
    }

    public DetectorKind? Find(string kind) => DetectorKinds.Find(kind) ?? (own.GetValueOrDefault(kind) is { } detector ? KindOf(detector) : null);

    /// <summary>As <see cref="DetectorParameters.Validate(string, IReadOnlyDictionary{string, double})"/>, for all kinds there are.</summary>
    public IReadOnlyList<string> Validate(string kind, IReadOnlyDictionary<string, double> parameters) => Find(kind) is { } entry
        ? DetectorParameters.Validate(entry, parameters)
        : [$"kind '{kind}' is unknown; known are {string.Join(", ", Kinds.Select(k => k.Name))}"];

    /// <summary>Null for a kind that is not of the operator's own assemblies.</summary>
    internal IReactiveDetector? Own(string kind) => own.GetValueOrDefault(kind);

    private static DetectorKind KindOf(IReactiveDetector detector) =>
        new(detector.Kind, detector.Description, 1, DetectorKind.MaxSingleMetrics, detector.Parameters);

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex KindName();
}
