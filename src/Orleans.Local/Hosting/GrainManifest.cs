using System.Reflection;

namespace Orleans.Runtime;

/// <summary>Which grain classes there are, and which class stands behind an interface.</summary>
internal sealed class GrainManifest
{
    private readonly Dictionary<GrainType, GrainClass> byType = [];

    public GrainManifest(IEnumerable<Assembly> assemblies)
    {
        foreach (Type type in assemblies.SelectMany(TypesOf).Where(IsGrainClass).Distinct())
        {
            var grainClass = new GrainClass(type);
            if (!byType.TryAdd(grainClass.GrainType, grainClass))
            {
                throw new OrleansConfigurationException(
                    $"The grain classes {byType[grainClass.GrainType].Type.FullName} and {type.FullName} have the same grain type "
                    + $"\"{grainClass.GrainType}\"; give one of them a [GrainType].");
            }
        }
    }

    public IEnumerable<GrainClass> Classes => byType.Values;

    /// <summary>
    /// Everything loaded, and everything that the program or a loaded assembly refers to, as far as it refers to this runtime.
    /// </summary>
    public static GrainManifest OfProgram()
    {
        string runtime = typeof(GrainManifest).Assembly.GetName().Name!;
        var seen = new Dictionary<string, Assembly>(StringComparer.Ordinal);
        var open = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(static a => !a.IsDynamic));
        while (open.TryDequeue(out Assembly? assembly))
        {
            if (!seen.TryAdd(assembly.FullName!, assembly))
            {
                continue;
            }

            foreach (AssemblyName name in assembly.GetReferencedAssemblies()
                .Where(n => MayHoldGrains(n.Name!) && !seen.ContainsKey(n.FullName)))
            {
                if (TryLoad(name) is { } referenced)
                {
                    open.Enqueue(referenced);
                }
            }
        }

        return new GrainManifest(seen.Values.Where(a => a.GetReferencedAssemblies().Any(n => n.Name == runtime)));
    }

    public GrainClass Class(GrainType type) => byType.TryGetValue(type, out GrainClass? found)
        ? found
        : throw new ArgumentException($"There is no grain class of type \"{type}\".");

    public GrainClass Class(Type grainInterface, string? prefix)
    {
        GrainClass[] candidates = [.. byType.Values.Where(c => c.Interfaces.Contains(grainInterface)
            && (prefix is null || c.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal)))];
        return candidates switch
        {
            [var only] => only,
            [] => throw new ArgumentException($"No grain class implements {grainInterface.FullName}."),
            _ => throw new ArgumentException(
                $"More than one grain class implements {grainInterface.FullName}: "
                + $"{string.Join(", ", candidates.Select(c => c.Type.FullName).Order(StringComparer.Ordinal))}."),
        };
    }

    private static bool MayHoldGrains(string name) =>
        !name.StartsWith("System", StringComparison.Ordinal) && !name.StartsWith("Microsoft.", StringComparison.Ordinal);

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            // A reference that is not deployed cannot hold a grain that could be used.
            return null;
        }
    }

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partly)
        {
            return partly.Types.OfType<Type>();
        }
    }

    private static bool IsGrainClass(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && typeof(Grain).IsAssignableFrom(type);
}
