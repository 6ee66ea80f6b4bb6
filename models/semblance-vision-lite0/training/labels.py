"""The labels of the test photos in other languages, as people would type them, and sentences about them."""

from __future__ import annotations

PROMPTS = {
    "zh-Hans": ("{}", "一张{}的照片", "{}的图片", "{}的特写", "这是{}"),
    "de": ("{}", "ein Foto: {}", "ein Bild von: {}", "Nahaufnahme: {}", "das ist: {}"),
}

# label: simplified Chinese, German
_NAMES = """
English springer: 史宾格犬, Springer Spaniel
French horn: 圆号, Waldhorn
barrel: 木桶, Fass
bass (fish): 鲈鱼, Barsch
beaver: 河狸, Biber
binocular: 双筒望远镜, Fernglas
bonsai: 盆景, Bonsai
buddha: 佛像, Buddha
buildings: 建筑物, Gebäude
butterfly: 蝴蝶, Schmetterling
camera: 照相机, Kamera
cannon: 大炮, Kanone
car: 汽车, Auto
cassette player: 磁带播放机, Kassettenrekorder
ceiling fan: 吊扇, Deckenventilator
cellphone: 手机, Handy
chain saw: 电锯, Kettensäge
chair: 椅子, Stuhl
chandelier: 枝形吊灯, Kronleuchter
church: 教堂, Kirche
cougar: 美洲狮, Puma
cougar face: 美洲狮的脸, Gesicht eines Pumas
crab: 螃蟹, Krabbe
crayfish: 小龙虾, Flusskrebs
crocodile: 鳄鱼, Krokodil
crocodile head: 鳄鱼的头, Kopf eines Krokodils
cup: 杯子, Tasse
dalmatian: 斑点狗, Dalmatiner
dollar bill: 美元钞票, Dollarschein
dolphin: 海豚, Delfin
dragonfly: 蜻蜓, Libelle
electric guitar: 电吉他, E-Gitarre
elephant: 大象, Elefant
emu bird: 鸸鹋, Emu
euphonium: 上低音号, Euphonium
ewer: 水壶, Wasserkrug
ferry: 渡轮, Fähre
flamingo: 火烈鸟, Flamingo
flamingo head: 火烈鸟的头, Kopf eines Flamingos
forest: 森林, Wald
garbage truck: 垃圾车, Müllwagen
gas pump: 加油机, Zapfsäule
gerenuk antelope: 长颈羚, Giraffengazelle
glacier: 冰川, Gletscher
golf ball: 高尔夫球, Golfball
gramophone: 留声机, Grammophon
grand piano: 三角钢琴, Flügel (Klavier)
hawksbill turtle: 玳瑁, Karettschildkröte
headphone: 耳机, Kopfhörer
hedgehog: 刺猬, Igel
helicopter: 直升机, Hubschrauber
ibis bird: 朱鹭, Ibis
inline skate: 轮滑鞋, Inlineskates
joshua tree: 约书亚树, Josuabaum
kangaroo: 袋鼠, Känguru
ketch: 双桅帆船, Ketsch
lamp: 台灯, Lampe
laptop: 笔记本电脑, Laptop
leopard: 豹子, Leopard
llama: 羊驼, Lama
lobster: 龙虾, Hummer
lotus: 荷花, Lotusblume
mandolin: 曼陀林, Mandoline
mayfly: 蜉蝣, Eintagsfliege
menorah: 犹太烛台, Menora
metronome: 节拍器, Metronom
minaret: 宣礼塔, Minarett
motorbike: 摩托车, Motorrad
mountain: 山, Berg
nautilus shell: 鹦鹉螺壳, Gehäuse eines Nautilus
octopus: 章鱼, Oktopus
okapi: 霍加狓, Okapi
pagoda: 宝塔, Pagode
panda: 熊猫, Panda
parachute: 降落伞, Fallschirm
pigeon: 鸽子, Taube
pizza: 披萨, Pizza
platypus: 鸭嘴兽, Schnabeltier
pyramid: 金字塔, Pyramide
revolver: 左轮手枪, Revolver
rhino: 犀牛, Nashorn
rooster: 公鸡, Hahn
saxophone: 萨克斯管, Saxofon
schooner: 纵帆船, Schoner (Schiff)
scissors: 剪刀, Schere
scorpion: 蝎子, Skorpion
sea: 大海, Meer
sea horse: 海马, Seepferdchen
soccer ball: 足球, Fußball
stapler: 订书机, Tacker
starfish: 海星, Seestern
stop sign: 停车标志, Stoppschild
strawberry: 草莓, Erdbeere
street: 街道, Straße
sunflower: 向日葵, Sonnenblume
tench: 丁鱥鱼, Schleie
tick (insect): 蜱虫, Zecke
trilobite: 三叶虫, Trilobit
umbrella: 雨伞, Regenschirm
watch: 手表, Armbanduhr
water lily: 睡莲, Seerose
wheelchair: 轮椅, Rollstuhl
wild cat: 野猫, Wildkatze
windsor chair: 温莎椅, Windsor-Stuhl
wrench: 扳手, Schraubenschlüssel
"""

LANGUAGES = tuple(PROMPTS)


def names(language: str) -> dict[str, str]:
    """The name of each label in a language."""
    column = LANGUAGES.index(language)
    entries = (line.split(": ", 1) for line in _NAMES.strip().splitlines())
    return {label: translated.split(", ")[column] for label, translated in entries}
