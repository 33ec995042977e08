using System.ComponentModel.DataAnnotations;

namespace Millwright.Silo.Hosting;

/// <summary>Where the silo finds its plant and keeps its data. Section <c>Silo</c>; each key has a command-line switch.</summary>
public sealed class SiloOptions
{
    public const string Section = "Silo";

    /// <summary>
    /// Directory of log, checkpoints and history. Created when missing. Default <c>data</c> under the current directory; <c>--data</c>.
    /// </summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>
    /// Directory of the plant model's YAML. Default <c>plant</c>; when that is missing the model is empty. <c>--plant</c>.
    /// </summary>
    [Required]
    public string PlantDirectory { get; set; } = "plant";

    /// <summary>
    /// Directory of assemblies with detectors of one's own (docs/own-detectors.md). Default none; <c>--detectors</c>.
    /// </summary>
    public string? DetectorDirectory { get; set; }

    /// <summary>Runs the sample plant and its simulator. <c>--demo</c>.</summary>
    public bool Demo { get; set; }

    /// <summary>Seed of the simulator. Default 1; <c>--seed</c>.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>Port of API and dashboard, 0 to 65535; 0 lets the system choose. Default 8080; <c>--http</c>.</summary>
    [Range(0, 65535)]
    public int HttpPort { get; set; } = 8080;

    /// <summary>Name of this ingest process in positions; must stay the same over restarts. Default <c>log-1</c>.</summary>
    [Required, RegularExpression("[a-z0-9-]{1,64}")]
    public string LogId { get; set; } = "log-1";

    /// <summary>Publishes twin changes over MQTT (<c>millwright/twins/…</c>, retained). Default true; <c>--announce-twins</c>.</summary>
    public bool AnnounceTwins { get; set; } = true;
}
